package dev.tollgate.ledger.journal;

import static dev.tollgate.ledger.journal.Entries.bookAll;
import static dev.tollgate.ledger.journal.Entries.bytes;
import static dev.tollgate.ledger.journal.Entries.id;
import static dev.tollgate.ledger.journal.Entries.texts;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** What is written down comes out once it is asked for, whatever happens between. */
class JournalTest {
    private static final int SEGMENT_BYTES = 64 << 10;
    private static final int BYTES_MAX = 16 * SEGMENT_BYTES;
    private static final Duration KEPT = Duration.ofDays(1);

    @TempDir
    Path folder;

    private final List<Journal> open = new ArrayList<>();
    private final AtomicInteger crashes = new AtomicInteger();
    private Instant now = Instant.parse("2026-11-21T12:00:00Z");
    private boolean diskFull;
    private int filesMax = Integer.MAX_VALUE;

    @AfterEach
    void close() {
        open.forEach(Journal::close);
    }

    @Nested
    class Truths {
        @Test
        void come_in_their_order_once_and_wait_until_they_are_booked() {
            Journal journal = journal(1);
            for (int i = 0; i < 5; i++) {
                settle(journal, 0, i, "truth " + i);
            }
            assertThat(journal.waiting()).isEqualTo(5);

            Batch first = journal.next(3);
            assertThat(texts(first)).containsExactly("truth 0", "truth 1", "truth 2");
            assertThat(journal.waiting()).isEqualTo(5);
            first.booked();
            assertThat(journal.waiting()).isEqualTo(2);

            assertThat(bookAll(journal)).containsExactly("truth 3", "truth 4");
            assertThat(bookAll(journal)).isEmpty();
            assertThat(journal.waiting()).isZero();
        }

        @Test
        void know_their_request() {
            Journal journal = journal(1);
            settle(journal, 0, 42, "truth");
            assertThat(journal.next(1).entries())
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.id()).isEqualTo(id(42)));
        }

        @Test
        void that_were_not_booked_come_again_after_a_crash_and_the_others_do_not() {
            Journal journal = journal(2);
            settle(journal, 0, 1, "booked");
            journal.next(10).booked();
            settle(journal, 0, 2, "one");
            settle(journal, 1, 3, "other");
            journal.next(10); // on its way when the process ends

            Journal next = afterCrash(2);
            assertThat(bookAll(next)).containsExactlyInAnyOrder("one", "other");
            assertThat(next.replayed()).isEqualTo(2);
            assertThat(next.interrupted()).isZero();
            assertThat(bookAll(afterCrashOf(next))).isEmpty();
        }

        @Test
        void may_be_left_out_and_told_under_another_id() {
            Journal journal = journal(1);
            ticket(journal, 0, 1).giveUp();
            journal.lanes().getFirst().add(id(2), bytes("both"));
            assertThat(bookAll(afterCrash(1))).containsExactly("both");
        }

        @Test
        void are_refused_a_second_time() {
            Ticket ticket = ticket(journal(1), 0, 1);
            ticket.settle(bytes("truth"));
            assertThatThrownBy(() -> ticket.settle(bytes("truth"))).hasMessageContaining("settled");
        }

        @Test
        void of_a_size_that_no_entry_has_are_refused() {
            Ticket ticket = ticket(journal(1), 0, 1);
            assertThatThrownBy(() -> ticket.settle(new byte[SEGMENT_BYTES / 8]))
                    .hasMessageContaining("8192 bytes (expected: at most");
        }
    }

    /** The ledger has lost commits that it had acknowledged. */
    @Nested
    class BookingAgain {
        @Test
        void hands_out_all_that_is_still_there_live_kept_and_of_earlier_runs() throws IOException {
            Journal first = journal(1);
            settle(first, 0, 1, "of an earlier run");
            ticket(first, 0, 2).guess(bytes("interrupted"));
            Journal journal = afterCrashOf(first);
            assertThat(bookAll(journal)).containsExactly("of an earlier run", "interrupted");
            settle(journal, 0, 3, "live");
            assertThat(bookAll(journal)).containsExactly("live");
            journal.maintain(); // keeps what the earlier run left

            journal.bookAgain(7);

            assertThat(journal.isReplayed()).isFalse();
            assertThat(bookAll(journal)).containsExactlyInAnyOrder("of an earlier run", "interrupted", "live");
            assertThat(journal.isReplayed()).isTrue();
            assertThat(journal.waiting()).isZero();
            assertThat(journal.commits().last()).isEqualTo(7);
        }

        @Test
        void counts_what_comes_again_as_waiting() throws IOException {
            Journal journal = journal(2);
            settle(journal, 0, 1, "one");
            settle(journal, 1, 2, "two");
            journal.next(10).booked();
            settle(journal, 1, 3, "three");
            journal.next(10); // on its way when the loss is noticed

            journal.bookAgain(0);

            assertThat(journal.waiting()).isEqualTo(3);
            assertThat(bookAll(journal)).containsExactlyInAnyOrder("one", "two", "three");
            assertThat(journal.waiting()).isZero();
        }

        @Test
        void leaves_requests_alone_that_are_under_way() throws IOException {
            Journal journal = journal(1);
            Ticket stream = ticket(journal, 0, 1);
            stream.guess(bytes("guess"));
            for (int i = 2; journal.lanes().getFirst().segments().size() < 3; i++) {
                settle(journal, 0, i, "x".repeat(1_000));
                journal.maintain();
            }
            bookAll(journal);
            journal.maintain(); // keeps the segment with the first guess, which was copied on

            journal.bookAgain(0);

            assertThat(bookAll(journal)).doesNotContain("guess");
            stream.settle(bytes("truth"));
            assertThat(bookAll(journal)).containsExactly("truth");
            assertThat(journal.waiting()).isZero();
        }

        @Test
        void begins_again_in_the_next_run_where_this_one_ends() throws IOException {
            Journal journal = journal(1);
            settle(journal, 0, 1, "one");
            bookAll(journal);
            journal.bookAgain(0);

            assertThat(bookAll(afterCrashOf(journal))).containsExactly("one");
        }

        @Test
        void remembers_what_was_acknowledged_in_the_next_run() {
            Journal journal = journal(1);
            journal.commits().last(42);
            assertThat(afterCrashOf(journal).commits().last()).isEqualTo(42);
        }
    }

    @Nested
    class Guesses {
        @Test
        void are_never_booked_while_the_process_lives() {
            Journal journal = journal(1);
            ticket(journal, 0, 1).guess(bytes("guess"));
            assertThat(bookAll(journal)).isEmpty();
            assertThat(journal.waiting()).isZero();
        }

        @Test
        void are_booked_after_a_crash_the_last_one_of_each_request() {
            Journal journal = journal(1);
            Ticket stream = ticket(journal, 0, 1);
            stream.guess(bytes("nothing came yet"));
            stream.guessAgain(bytes("a little came"));
            Ticket done = ticket(journal, 0, 2);
            done.guess(bytes("wrong"));
            done.settle(bytes("right"));

            Journal next = afterCrash(1);
            assertThat(bookAll(next)).containsExactly("right", "a little came");
            assertThat(next.interrupted()).isEqualTo(1);
            assertThat(next.waiting()).isZero();
        }

        @Test
        void come_after_a_second_crash_too_as_long_as_they_are_not_booked() {
            ticket(journal(1), 0, 1).guess(bytes("guess"));
            Journal second = afterCrash(1);
            assertThat(texts(second.next(10))).containsExactly("guess");

            Journal third = afterCrashOf(second);
            assertThat(bookAll(third)).containsExactly("guess");
            third.maintain();
            assertThat(bookAll(afterCrashOf(third))).isEmpty();
        }

        @Test
        void of_long_requests_do_not_keep_old_segments() {
            Journal journal = journal(1);
            Ticket stream = ticket(journal, 0, 0);
            stream.guess(bytes("long"));
            for (int i = 1; i < 400; i++) { // of about 1 KiB each: six segments
                settle(journal, 0, i, "x".repeat(1_000));
                bookAll(journal);
                journal.maintain();
            }
            assertThat(live(journal)).as("segments in use").isLessThanOrEqualTo(3);

            assertThat(bookAll(afterCrash(1))).containsExactly("long");
        }
    }

    @Nested
    class Ends {
        @Test
        void well_leave_nothing_to_the_next_start() {
            Journal journal = journal(2);
            Ticket ticket = ticket(journal, 0, 1);
            ticket.guess(bytes("guess"));
            ticket.settle(bytes("truth"));
            assertThat(bookAll(journal)).containsExactly("truth");
            journal.close();

            Journal next = journal(2);
            assertThat(bookAll(next)).isEmpty();
            assertThat(next.replayed() + next.interrupted()).isZero();
        }

        @Test
        void without_the_ledger_leave_everything_to_the_next_start() {
            Journal journal = journal(1);
            settle(journal, 0, 1, "truth");
            ticket(journal, 0, 2).guess(bytes("guess"));
            journal.close();

            assertThat(bookAll(journal(1))).containsExactly("truth", "guess");
        }

        @Test
        void keep_the_identity() throws IOException {
            journal(1).close();
            String id = Files.readString(folder.resolve("id"));
            journal(1).close();
            assertThat(Files.readString(folder.resolve("id"))).isEqualTo(id);
        }
    }

    @Nested
    class Replay {
        /** The ledger takes each id once, so that it matters only that the same entries come under the same ids. */
        @Test
        void by_two_processes_gives_the_same_entries() {
            Journal journal = journal(2);
            settle(journal, 0, 1, "one");
            settle(journal, 1, 2, "two");
            ticket(journal, 1, 3).guess(bytes("three"));

            List<String> mine = bookAll(afterCrash(2));
            List<String> yours = bookAll(afterCrash(1));
            assertThat(mine).containsExactlyInAnyOrder("one", "two", "three");
            assertThat(yours).containsExactlyInAnyOrderElementsOf(mine);
        }

        @Test
        void of_what_is_damaged_loses_only_that() throws IOException {
            Journal journal = journal(1);
            settle(journal, 0, 1, "one");
            settle(journal, 0, 2, "two");
            settle(journal, 0, 3, "three");
            Path copy = copyOf(folder);
            Path segment = segments(copy).getFirst();
            byte[] bytes = Files.readAllBytes(segment);
            int two = new String(bytes, ISO_8859_1).indexOf("two");
            bytes[two] ^= 1;
            Files.write(segment, bytes);

            assertThat(bookAll(journal(copy, 1))).containsExactly("one", "three");
        }

        @Test
        void of_a_file_that_is_none_puts_it_aside() throws IOException {
            Path file = folder.resolve("000000000007.journal");
            Files.writeString(file, "nothing");
            Journal journal = journal(1);
            assertThat(bookAll(journal)).isEmpty();
            assertThat(file).doesNotExist();
            assertThat(folder.resolve("000000000007.journal.damaged")).hasContent("nothing");
        }

        /** Requests of several lanes at random, crashes at random, books at random: each is booked as it should be. */
        @Test
        void loses_nothing_and_doubles_nothing_that_is_known_to_be_booked() {
            Seeds.each(20, this::randomLife);
        }

        private void randomLife(Random random) {
            Map<Long, String> lastWord = new HashMap<>();
            Map<Long, Ticket> underWay = new HashMap<>();
            Map<Long, String> ledger = new HashMap<>();
            Set<Long> settled = new HashSet<>();
            long nextId = 1;
            Journal journal = journal(copyOf(folder), 2);
            for (int step = 0; step < 2_000; step++) {
                switch (random.nextInt(8)) {
                    case 0, 1, 2 -> {
                        Ticket ticket = journal.lanes().get(random.nextInt(2)).admit(id(nextId));
                        if (ticket != null && ticket.guess(word(random, nextId, lastWord))) {
                            underWay.put(nextId, ticket);
                        }
                        nextId++;
                    }
                    case 3 ->
                        any(underWay, random)
                                .forEach(id -> requireNonNull(underWay.get(id)).guessAgain(word(random, id, lastWord)));
                    case 4, 5 ->
                        any(underWay, random).forEach(id -> {
                            requireNonNull(underWay.remove(id)).settle(word(random, id, lastWord));
                            settled.add(id);
                        });
                    case 6 -> {
                        Batch batch = journal.next(1 + random.nextInt(20));
                        batch.entries().forEach(entry -> book(entry, ledger, lastWord));
                        if (random.nextInt(10) > 0) {
                            batch.booked();
                        } else { // the answer of the database is lost, and the process with it
                            journal = afterCrashOf(journal);
                            underWay.clear();
                        }
                        journal.maintain();
                    }
                    default -> {
                        if (random.nextInt(80) == 0) {
                            journal = afterCrashOf(journal);
                            underWay.clear();
                        }
                    }
                }
            }
            journal = afterCrashOf(journal);
            Batch batch;
            do {
                batch = journal.next(100);
                batch.entries().forEach(entry -> book(entry, ledger, lastWord));
                batch.booked();
            } while (!batch.entries().isEmpty());
            assertThat(ledger).containsExactlyInAnyOrderEntriesOf(lastWord);
            assertThat(settled).hasSizeGreaterThan(100);
        }

        private byte[] word(Random random, long id, Map<Long, String> lastWord) {
            String word = id + ":" + "w".repeat(random.nextInt(900));
            lastWord.put(id, word);
            return bytes(word);
        }

        private static List<Long> any(Map<Long, Ticket> underWay, Random random) {
            return underWay.keySet().stream()
                    .skip(underWay.isEmpty() ? 0 : random.nextInt(underWay.size()))
                    .limit(1)
                    .toList();
        }

        /** As the ledger does: what is there already stays. */
        private static void book(Batch.Entry entry, Map<Long, String> ledger, Map<Long, String> lastWord) {
            long id = entry.id().uuid().getLeastSignificantBits();
            String text = new String(entry.bytes(), UTF_8);
            assertThat(text).isEqualTo(lastWord.get(id));
            ledger.putIfAbsent(id, text);
        }
    }

    @Nested
    class Locks {
        @Test
        void refuse_a_second_journal_in_the_same_folder() {
            journal(1);
            assertThatThrownBy(() -> journal(1))
                    .isInstanceOf(JournalFailure.class)
                    .hasMessageContaining("in use by another Tollgate")
                    .hasMessageContaining("TOLLGATE_JOURNAL");
        }

        @Test
        void are_given_back_at_the_end() {
            journal(1).close();
            assertThat(journal(1).waiting()).isZero();
        }
    }

    @Nested
    class AFullDisk {
        @Test
        void lets_nobody_in_once_the_room_taken_ahead_is_used_but_takes_the_truth_of_everybody_who_is_in() {
            Journal journal = journal(1);
            List<Ticket> in = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                in.add(ticket(journal, 0, 1_000 + i));
            }
            journal.maintain(); // which takes room for all of them
            diskFull = true;
            settleUntilASegmentIsFull(journal);
            journal.maintain();
            assertThat(journal.room()).isEqualTo(Room.State.DISK_FULL);
            in.addAll(letInUntilRefused(journal));

            for (Ticket ticket : in) {
                assertThat(ticket.guess(bytes("g".repeat(1_000)))).isTrue();
            }
            in.forEach(ticket -> ticket.settle(bytes("t".repeat(1_500))));
            assertThat(journal.lanes().getFirst().hasUnwritten()).isFalse();
            diskFull = false;

            assertThat(bookAll(afterCrash(1)).stream().filter(text -> text.startsWith("t")))
                    .hasSameSizeAs(in);
        }

        @Test
        void is_over_when_there_is_room_again() {
            Journal journal = journal(1);
            diskFull = true;
            settleUntilASegmentIsFull(journal);
            journal.maintain();
            letInUntilRefused(journal);
            assertThat(journal.lanes().getFirst().admit(id(1_000))).isNull();

            diskFull = false;
            journal.maintain();
            assertThat(journal.room()).as("asked again after a second").isEqualTo(Room.State.DISK_FULL);
            now = now.plusSeconds(1);
            journal.maintain();

            assertThat(journal.room()).isEqualTo(Room.State.FREE);
            assertThat(journal.lanes().getFirst().admit(id(1_001))).isNotNull();
        }

        @Test
        void gives_up_what_is_only_kept() {
            Journal journal = journal(1);
            for (int i = 0; i < 100; i++) {
                settle(journal, 0, i, "x".repeat(1_000));
            }
            bookAll(journal);
            journal.maintain();
            long before = journal.bytes();
            diskFull = true;
            for (int i = 0; i < 60; i++) {
                settle(journal, 0, 100 + i, "x".repeat(1_000));
            }
            journal.maintain();

            assertThat(journal.bytes()).isLessThan(before);
        }

        @Test
        void at_the_start_is_said() {
            diskFull = true;
            assertThatThrownBy(() -> journal(1))
                    .isInstanceOf(JournalFailure.class)
                    .hasMessageContaining("No space left")
                    .hasMessageContaining("TOLLGATE_JOURNAL");
            diskFull = false;
            assertThat(journal(1).waiting()).isZero();
        }

        @Test
        void at_the_start_gives_up_what_is_only_kept() {
            Journal journal = journal(1);
            for (int i = 0; i < 300; i++) {
                settle(journal, 0, i, "x".repeat(1_000));
            }
            bookAll(journal);
            journal.close();
            filesMax = segments(folder).size();
            assertThat(filesMax).isGreaterThan(4);

            assertThat(journal(1).room()).isEqualTo(Room.State.FREE);
            assertThat(segments(folder)).hasSize(filesMax);
        }

        @Test
        void keeps_a_truth_for_which_there_is_no_room_at_all_until_there_is() {
            Journal journal = journal(1);
            diskFull = true;
            settleUntilASegmentIsFull(journal);
            journal.maintain();
            bookAll(journal);
            List<Ticket> in = letInUntilRefused(journal);
            for (Ticket ticket : in) { // larger than what is kept for each
                ticket.settle(bytes("t".repeat(8_000)));
            }
            int written = bookAll(journal).size();
            assertThat(written).isLessThan(in.size());
            assertThat(journal.waiting()).isEqualTo(in.size() - written);

            diskFull = false;
            now = now.plusSeconds(2);
            List<String> later = new ArrayList<>();
            while (journal.waiting() > 0) {
                journal.maintain();
                later.addAll(bookAll(journal));
            }
            assertThat(later).hasSize(in.size() - written);
        }

        private static List<Ticket> letInUntilRefused(Journal journal) {
            List<Ticket> in = new ArrayList<>();
            while (journal.lanes().getFirst().admit(id(in.size())) instanceof Ticket ticket) {
                in.add(ticket);
            }
            return in;
        }

        private static void settleUntilASegmentIsFull(Journal journal) {
            for (int i = 0; i < SEGMENT_BYTES / 900; i++) {
                ticket(journal, 0, 3_000 + i).settle(bytes("x".repeat(1_000)));
            }
        }
    }

    @Nested
    class ItsBound {
        @Test
        void is_kept_by_refusing_requests_until_entries_are_booked() {
            Journal journal = journal(folder, 1, 4 * SEGMENT_BYTES);
            int number = 0;
            while (journal.lanes().getFirst().admit(id(number)) instanceof Ticket ticket) {
                ticket.settle(bytes("x".repeat(1_000)));
                number++;
                journal.maintain();
            }
            assertThat(journal.room()).isEqualTo(Room.State.AT_ITS_BOUND);
            assertThat(journal.bytes()).isEqualTo(4 * SEGMENT_BYTES);

            assertThat(bookAll(journal)).hasSize(number);
            journal.maintain();
            assertThat(journal.room()).isEqualTo(Room.State.FREE);
            assertThat(journal.bytes()).isLessThanOrEqualTo(4 * SEGMENT_BYTES);
            assertThat(journal.lanes().getFirst().admit(id(number))).isNotNull();
        }

        @Test
        void is_kept_by_writing_over_what_is_only_kept() {
            Journal journal = journal(folder, 1, 8 * SEGMENT_BYTES);
            for (int round = 0; round < 50; round++) {
                for (int i = 0; i < 20; i++) {
                    settle(journal, 0, round * 20 + i, round + "x".repeat(1_000));
                }
                assertThat(bookAll(journal)).hasSize(20).allMatch(startsWith(round + "x"));
                journal.maintain();
            }
            int files = segments(folder).size();
            assertThat(files).as("half of the room kept, one in use, two ahead").isEqualTo(4 + 1 + 2);
            assertThat(journal.bytes()).isEqualTo(files * SEGMENT_BYTES);
            settle(journal, 0, 1_000, "the last one");

            assertThat(bookAll(journal(copyOf(folder), 1, 8 * SEGMENT_BYTES)))
                    .as("nothing of a file's earlier life")
                    .last()
                    .isEqualTo("the last one");
        }

        private static Predicate<String> startsWith(String beginning) {
            return text -> text.startsWith(beginning);
        }

        @Test
        void that_earlier_runs_have_used_up_does_not_hinder_a_start() {
            Journal journal = journal(folder, 1, 4 * SEGMENT_BYTES);
            for (int number = 0; journal.lanes().getFirst().admit(id(number)) instanceof Ticket ticket; number++) {
                ticket.settle(bytes("x".repeat(1_000)));
                journal.maintain();
            }
            Journal next = journal(copyOf(folder), 1, 4 * SEGMENT_BYTES);
            assertThat(next.lanes().getFirst().admit(id(1))).isNotNull();
            assertThat(next.room()).isEqualTo(Room.State.AT_ITS_BOUND);
            assertThat(bookAll(next)).hasSizeGreaterThan(100);
        }
    }

    @Nested
    class WhatIsBooked {
        @Test
        void is_kept_for_a_day() {
            Journal journal = journal(1);
            for (int i = 0; i < 200; i++) {
                settle(journal, 0, i, "x".repeat(1_000));
            }
            bookAll(journal);
            journal.maintain();
            long kept = journal.bytes();
            now = now.plus(KEPT);
            journal.maintain();
            assertThat(journal.bytes()).isEqualTo(kept);
            now = now.plusMillis(1);
            journal.maintain();
            assertThat(journal.bytes()).isLessThan(kept);
            assertThat(segments(folder)).hasSize((int) (journal.bytes() / SEGMENT_BYTES));
        }

        /** A deleted file keeps its room on the disk for as long as it is mapped. */
        @Test
        @EnabledOnOs(OS.LINUX)
        void is_not_mapped_any_more() throws IOException {
            Journal journal = journal(1);
            for (int i = 0; i < 200; i++) {
                settle(journal, 0, i, "x".repeat(1_000));
            }
            assertThat(mapped()).isEqualTo(segments(folder).size()).isGreaterThan(3);
            bookAll(journal);
            journal.maintain();
            bookAll(journal); // which reads on from what is not mapped any more
            assertThat(segments(folder)).hasSizeGreaterThan(3);
            assertThat(mapped()).as("what is written, and two spare ones").isEqualTo(3);
        }

        private long mapped() throws IOException {
            try (Stream<String> mappings = Files.lines(Path.of("/proc/self/maps"))) {
                return mappings.filter(line -> line.contains(folder + "/") && line.contains(".journal"))
                        .count();
            }
        }

        @Test
        void is_deleted_after_a_restart_too() {
            Journal journal = journal(1);
            settle(journal, 0, 1, "one");
            bookAll(journal);
            journal.close();
            assertThat(segments(folder)).hasSize(1);

            now = now.plus(KEPT).plusMillis(1);
            Journal next = journal(1);
            next.maintain();
            next.close();
            assertThat(segments(folder)).isEmpty();
        }
    }

    private static Ticket ticket(Journal journal, int lane, long id) {
        return requireNonNull(journal.lanes().get(lane).admit(id(id)));
    }

    /** Books a request, with the background's help where room is short. */
    private static void settle(Journal journal, int lane, long id, String truth) {
        Ticket ticket = journal.lanes().get(lane).admit(id(id));
        if (ticket == null) {
            journal.maintain();
            ticket = ticket(journal, lane, id);
        }
        ticket.settle(bytes(truth));
    }

    private static int live(Journal journal) {
        return journal.lanes().stream().mapToInt(lane -> lane.segments().size()).sum();
    }

    private Journal journal(int lanes) {
        return journal(folder, lanes);
    }

    private Journal journal(Path path, int lanes) {
        return journal(path, lanes, BYTES_MAX);
    }

    private Journal journal(Path path, int lanes, long bytesMax) {
        JournalSettings settings = new JournalSettings(path, SEGMENT_BYTES, bytesMax, KEPT, /* synced= */ false);
        Journal journal = Journal.open(settings, lanes, () -> now, () -> new UUID(7, 7), (file, size) -> {
            if (diskFull || segments(path).size() > filesMax) {
                throw new IOException("No space left on device");
            }
            SegmentFiles.writeZeros(file, size);
        });
        open.add(journal);
        return journal;
    }

    /** The files as a crash at this moment leaves them, opened anew. */
    private Journal afterCrash(int lanes) {
        return journal(copyOf(folder), lanes);
    }

    private Journal afterCrashOf(Journal journal) {
        return journal(copyOf(journal.path()), 2);
    }

    private Path copyOf(Path original) {
        Path copy = folder.resolveSibling(folder.getFileName() + "-crash-" + crashes.incrementAndGet());
        try (Stream<Path> files = Files.list(original)) {
            Files.createDirectories(copy);
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return copy;
    }

    private static List<Path> segments(Path folder) {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.toString().endsWith(".journal"))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

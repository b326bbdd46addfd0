package dev.tollgate.ledger;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.ledger.journal.Ticket;
import dev.tollgate.testkit.Entries;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerWriterTest {
    private static final long INTERVAL_MILLIS = 1;

    @TempDir
    static Path folder;

    @SuppressWarnings("NullAway.Init")
    private static Vertx vertx;

    @BeforeAll
    static void openVertx() {
        vertx = Vertx.vertx();
    }

    @AfterAll
    static void closeVertx() {
        JOURNALS.forEach(Journal::close);
        await(vertx.close());
    }

    /** A store that answers at once. */
    @Nested
    class Batches {
        private final KeepingStore store = new KeepingStore();
        private final Journal journal = journal(1);
        private final LedgerWriter writer = writer(journal, store);

        @Test
        void have_the_entries_in_their_order_and_at_most_a_thousand() {
            List<String> entries = entries(2_500);
            add(journal, entries);
            assertThat(writer.waitingCount()).isEqualTo(2_500);

            await(writer.flushAndStop());

            assertThat(store.batches).extracting(List::size).containsExactly(1_000, 1_000, 500);
            assertThat(store.kept).containsExactlyElementsOf(entries);
            assertThat(writer.waitingCount()).isZero();
        }

        @Test
        void have_the_entries_of_one_record_one_by_one() {
            LedgerEntry request = Entries.of(COUNT.incrementAndGet());
            List<byte[]> attempts = List.of(
                    EntryJson.bytes(Entries.of(COUNT.incrementAndGet())),
                    EntryJson.bytes(Entries.of(COUNT.incrementAndGet())));
            Ticket ticket = requireNonNull(journal.lanes().getFirst().admit(request.requestId()));

            writer.settle(ticket, attempts, request);
            await(writer.flushAndStop());

            assertThat(store.kept)
                    .containsExactlyElementsOf(
                            texts(List.of(attempts.get(0), attempts.get(1), EntryJson.bytes(request))));
        }

        @Test
        void are_written_without_being_asked_for() throws InterruptedException {
            writer.start();
            List<String> entries = entries(3);
            add(journal, entries);
            store.awaitKept(3);
            assertThat(store.kept).containsExactlyElementsOf(entries);
            await(writer.flushAndStop());
        }

        @Test
        void are_not_written_when_nothing_waits() {
            await(writer.flushAndStop());
            assertThat(store.batches).isEmpty();
        }

        @Test
        void have_at_most_about_eight_mebibytes() {
            for (int i = 0; i < 50; i++) {
                journal.lanes().getFirst().add(Entries.id(Instant.EPOCH, i), new byte[400_000]);
            }
            await(writer.flushAndStop());
            assertThat(store.batches).extracting(List::size).containsExactly(21, 21, 8);
        }

        @Test
        void come_from_every_lane_and_are_written_one_at_a_time() throws InterruptedException {
            Journal lanes = journal(4);
            LedgerWriter ofAll = writer(lanes, store);
            List<List<String>> lanesEntries =
                    IntStream.range(0, 4).mapToObj(_ -> entries(10_000)).toList();
            ofAll.start();
            List<Thread> running = IntStream.range(0, 4)
                    .mapToObj(lane ->
                            Thread.startVirtualThread(() -> add(lanes.lanes().get(lane), lanesEntries.get(lane))))
                    .toList();
            for (Thread thread : running) {
                thread.join();
            }
            await(ofAll.flushAndStop());

            assertThat(store.atOnceMax).hasValue(1);
            assertThat(store.kept).hasSize(40_000);
            for (List<String> entries : lanesEntries) {
                Set<String> ofLane = new HashSet<>(entries);
                assertThat(store.kept.stream().filter(ofLane::contains).toList().equals(entries))
                        .isTrue();
            }
            assertThat(ofAll.waitingCount()).isZero();
        }
    }

    @Nested
    class Poison {
        private final KeepingStore store = new KeepingStore();
        private final Journal journal = journal(1);
        private final LedgerWriter writer = writer(journal, store);
        private final List<String> entries = entries(1_000);

        @Test
        void is_cut_out_of_its_batch_and_counted() {
            List<String> poison = List.of(entries.get(0), entries.get(500), entries.get(501), entries.get(999));
            store.poison.addAll(poison);
            add(journal, entries);

            await(writer.flushAndStop());

            assertThat(writer.quarantinedCount()).isEqualTo(4);
            assertThat(store.quarantined).containsExactlyElementsOf(poison);
            assertThat(writer.waitingCount()).isZero();
            assertThat(writer.isFailing()).isFalse();
            List<String> others = new ArrayList<>(entries);
            others.removeAll(poison);
            assertThat(store.kept).containsExactlyElementsOf(others);
        }

        @Test
        void is_found_in_few_steps() {
            store.poison.add(entries.get(333));
            add(journal, entries);
            await(writer.flushAndStop());
            // Both halves of ten halvings, and the batch itself.
            assertThat(store.batches).hasSizeLessThanOrEqualTo(21);
        }

        @Test
        void alone_leaves_nothing_to_write() {
            List<String> few = entries.subList(0, 7);
            store.poison.addAll(few);
            add(journal, few);
            await(writer.flushAndStop());
            assertThat(writer.quarantinedCount()).isEqualTo(7);
            assertThat(store.kept).isEmpty();
        }

        @Test
        void is_counted_once_when_the_store_goes_away_while_it_is_looked_for() {
            store.poison.add(entries.get(0));
            add(journal, entries);
            store.awayFromCall(15);
            assertThatThrownBy(() -> await(writer.flushAndStop())).hasMessageContaining("away");
            assertThat(writer.waitingCount()).isEqualTo(1_000);

            store.back();
            await(writer.flushAndStop());

            assertThat(writer.quarantinedCount()).isEqualTo(1);
            assertThat(store.kept).containsExactlyElementsOf(entries.subList(1, 1_000));
        }
    }

    @Nested
    class Refused {
        private final KeepingStore store = new KeepingStore();
        private final Journal journal = journal(1);
        private final LedgerWriter writer = writer(journal, store);

        @Test
        void requests_beyond_ten_a_second_share_an_entry_that_is_written_before_the_end() {
            for (int i = 1; i <= 500; i++) {
                refuse(journal, writer, i);
            }
            assertThat(writer.waitingCount()).isEqualTo(10);

            await(writer.flushAndStop());

            assertThat(store.kept).hasSize(11);
            assertThat(List.copyOf(store.kept).getLast()).contains("\"merged_count\":490");
        }

        @Test
        void entries_are_written_when_their_second_is_over() throws InterruptedException {
            AtomicLong now = new AtomicLong(5_000);
            InstantSource clock = () -> Instant.ofEpochMilli(now.get());
            LedgerWriter ticking = new LedgerWriter(vertx, journal, store, clock, INTERVAL_MILLIS);
            for (int i = 1; i <= 12; i++) {
                refuse(journal, ticking, i);
            }
            ticking.start();
            store.awaitKept(10);
            now.set(6_000);
            store.awaitKept(11);
            await(ticking.flushAndStop());
        }
    }

    @Nested
    class WhileTheStoreIsAway {
        private final KeepingStore store = new KeepingStore();
        private final Journal journal = journal(1);
        private final LedgerWriter writer = writer(journal, store);

        @Test
        void entries_wait_and_are_written_once_when_it_is_back() throws InterruptedException {
            store.awayFromCall(0);
            List<String> entries = entries(4);
            add(journal, entries.subList(0, 2));
            writer.start();
            store.awaitCalls(3);
            assertThat(writer.isFailing()).isTrue();
            assertThat(writer.waitingCount()).isEqualTo(2);

            add(journal, entries.subList(2, 4));
            store.back();
            store.awaitKept(4);
            await(writer.flushAndStop());

            assertThat(store.kept).containsExactlyElementsOf(entries);
            assertThat(writer.isFailing()).isFalse();
            assertThat(writer.waitingCount()).isZero();
        }

        @Test
        void stopping_says_so_and_loses_nothing() {
            store.awayFromCall(0);
            List<String> entries = entries(3);
            add(journal, entries);
            assertThatThrownBy(() -> await(writer.flushAndStop())).hasMessageContaining("away");
            assertThat(writer.waitingCount()).isEqualTo(3);

            store.back();
            await(writer.flushAndStop());
            assertThat(store.kept).containsExactlyElementsOf(entries);
        }

        @Test
        void nothing_is_lost_or_doubled_however_often_it_comes_and_goes() throws InterruptedException {
            Random random = new Random(20261121);
            List<String> entries = entries(20_000);
            store.awayAtRandom(random);
            add(journal, entries);
            writer.start();
            store.awaitCalls(12); // of which some failed and some did not
            store.back();
            await(writer.flushAndStop());
            assertThat(store.atOnceMax).hasValue(1);
            assertThat(List.copyOf(store.kept).equals(entries)).isTrue();
        }
    }

    /** A store that answers when it is told to. */
    @Nested
    class WhileABatchIsBeingWritten {
        private final HandStore store = new HandStore();
        private final Journal journal = journal(1);
        private final LedgerWriter writer = writer(journal, store);

        @Test
        void entries_that_come_go_with_the_next_one() throws InterruptedException {
            List<String> entries = entries(3);
            add(journal, entries.subList(0, 1));
            writer.start();
            HandStore.Call first = store.call();
            add(journal, entries.subList(1, 2));
            add(journal, entries.subList(2, 3));
            assertThat(first.entries()).containsExactly(entries.get(0));
            first.answer().complete();
            HandStore.Call second = store.call();
            assertThat(second.entries()).containsExactly(entries.get(1), entries.get(2));
            Future<Void> stopped = writer.flushAndStop();
            second.answer().complete();
            await(stopped);
        }

        @Test
        void stopping_waits_for_it_and_starts_no_second_one_beside_it() throws InterruptedException {
            List<String> entries = entries(2_500);
            add(journal, entries);
            writer.start();
            HandStore.Call first = store.call();
            Future<Void> stopped = writer.flushAndStop();
            assertThat(stopped.isComplete()).isFalse();

            completeAndLetAllFollow(first);
            HandStore.Call second = store.call();
            assertThat(second.entries()).isEqualTo(entries.subList(1_000, 2_000));
            assertThat(store.calls).isEmpty();

            completeAndLetAllFollow(second);
            HandStore.Call third = store.call();
            assertThat(third.entries()).isEqualTo(entries.subList(2_000, 2_500));
            third.answer().complete();
            await(stopped);
            assertThat(writer.waitingCount()).isZero();
        }

        /** Completes a call on an event loop, and waits until everything has run that was put there because of it. */
        private static void completeAndLetAllFollow(HandStore.Call call) throws InterruptedException {
            CountDownLatch followed = new CountDownLatch(1);
            Context context = vertx.getOrCreateContext();
            context.runOnContext(_ -> {
                call.answer().complete();
                context.runOnContext(_ -> followed.countDown());
            });
            assertThat(followed.await(10, SECONDS)).isTrue();
        }
    }

    /** Keeps entries as a database does: those that it has already are left as they are. */
    private static final class KeepingStore implements LedgerStore {
        final List<List<String>> batches = new ArrayList<>();
        final Set<String> kept = new LinkedHashSet<>();
        final Set<String> poison = new HashSet<>();
        final List<String> quarantined = new ArrayList<>();
        final AtomicInteger atOnceMax = new AtomicInteger();
        private final AtomicInteger atOnce = new AtomicInteger();
        private int callsUntilAway = Integer.MAX_VALUE;
        private Random chance = new Random(0);
        private int awayPercent;

        synchronized void awayFromCall(int calls) {
            callsUntilAway = calls;
        }

        synchronized void awayAtRandom(Random random) {
            chance = new Random(random.nextLong());
            awayPercent = 40;
        }

        synchronized void back() {
            callsUntilAway = Integer.MAX_VALUE;
            awayPercent = 0;
        }

        synchronized void awaitKept(int entries) throws InterruptedException {
            long deadline = System.nanoTime() + SECONDS.toNanos(10);
            while (kept.size() < entries && System.nanoTime() < deadline) {
                wait(100);
            }
            assertThat(kept).hasSize(entries);
        }

        synchronized void awaitCalls(int calls) throws InterruptedException {
            long deadline = System.nanoTime() + SECONDS.toNanos(10);
            while (batches.size() < calls && System.nanoTime() < deadline) {
                wait(100);
            }
            assertThat(batches).hasSizeGreaterThanOrEqualTo(calls);
        }

        @Override
        public Future<Booked> book(List<byte[]> entries) {
            atOnceMax.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
            // Answered on another thread, as a database answers.
            return vertx.executeBlocking(() -> keep(texts(entries)), /* ordered= */ false)
                    .map(new Booked(entries.size(), 0, 0));
        }

        @Override
        public Future<Void> quarantine(byte[] entry, PoisonEntry why) {
            return vertx.executeBlocking(() -> setAside(new String(entry, UTF_8)), /* ordered= */ false)
                    .mapEmpty();
        }

        private synchronized boolean setAside(String entry) {
            notifyAll();
            if (callsUntilAway-- <= 0) {
                throw new IllegalStateException("the store is away");
            }
            return quarantined.add(entry);
        }

        private synchronized boolean keep(List<String> entries) {
            batches.add(List.copyOf(entries));
            notifyAll();
            atOnce.decrementAndGet();
            if (callsUntilAway-- <= 0 || chance.nextInt(100) < awayPercent) {
                throw new IllegalStateException("the store is away");
            }
            if (entries.stream().anyMatch(poison::contains)) {
                throw new PoisonEntry("invalid_data", "22000", new IllegalArgumentException("poison"));
            }
            return kept.addAll(entries);
        }
    }

    private static final class HandStore implements LedgerStore {
        final BlockingQueue<Call> calls = new LinkedBlockingQueue<>();

        record Call(List<String> entries, Promise<Void> answer) {}

        @Override
        public Future<Booked> book(List<byte[]> entries) {
            Call call = new Call(texts(entries), Promise.promise());
            calls.add(call);
            return call.answer().future().map(new Booked(entries.size(), 0, 0));
        }

        @Override
        public Future<Void> quarantine(byte[] entry, PoisonEntry why) {
            throw new AssertionError("nothing is poison here");
        }

        /** The next call, awaited. */
        Call call() throws InterruptedException {
            return requireNonNull(calls.poll(10, SECONDS), "the store was not called");
        }
    }

    private static LedgerWriter writer(Journal journal, LedgerStore store) {
        return new LedgerWriter(vertx, journal, store, InstantSource.fixed(Instant.EPOCH), INTERVAL_MILLIS);
    }

    private static Journal journal(int lanes) {
        JournalSettings settings = new JournalSettings(
                folder.resolve("journal-" + COUNT.incrementAndGet()),
                JournalSettings.SEGMENT_BYTES,
                /* bytesMax= */ 1 << 30,
                Duration.ofDays(1),
                /* synced= */ false);
        Journal journal = Journal.open(settings, lanes, InstantSource.system(), UUID::randomUUID);
        journal.start();
        JOURNALS.add(journal);
        return journal;
    }

    private static void add(Journal journal, List<String> entries) {
        add(journal.lanes().getFirst(), entries);
    }

    private static void add(Lane lane, List<String> entries) {
        entries.forEach(entry -> lane.add(Entries.id(Instant.EPOCH, 0), entry.getBytes(UTF_8)));
    }

    private static void refuse(Journal journal, LedgerWriter writer, int number) {
        LedgerEntry refused = Entries.refused(number, "key_1", "rate_limited");
        Ticket ticket = requireNonNull(journal.lanes().getFirst().admit(refused.requestId()));
        writer.settle(ticket, refused);
    }

    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final List<Journal> JOURNALS = new ArrayList<>();

    private static List<String> entries(int count) {
        return texts(IntStream.range(0, count)
                .mapToObj(_ -> EntryJson.bytes(Entries.of(COUNT.incrementAndGet())))
                .toList());
    }

    private static List<String> texts(List<byte[]> entries) {
        return entries.stream().map(entry -> new String(entry, UTF_8)).toList();
    }

    private static void await(Future<Void> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(30, SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e.toString(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}

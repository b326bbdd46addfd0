package dev.tollgate.ledger.journal;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Seeds;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The form of a file of the journal: what is read of it, whole or damaged. */
class SegmentTest {
    private static final int BYTES = 1_024;
    private static final Segment.Origin ORIGIN = new Segment.Origin(new UUID(1, 2), 3, 4);

    @TempDir
    Path folder;

    private Path file = Path.of("");

    @BeforeEach
    void a_file() {
        file = folder.resolve("000000000001.journal");
    }

    /** A record as plain values, which can be compared. */
    private record Plain(Kind kind, long id, String payload, int at, int end) {
        static Plain of(JournalRecord record) {
            return new Plain(
                    record.kind(),
                    record.id().uuid().getLeastSignificantBits(),
                    new String(record.payload(), ISO_8859_1),
                    record.at(),
                    record.end());
        }
    }

    @Test
    void gives_back_what_was_written_whatever_that_is() {
        Seeds.each(200, random -> {
            Segment segment = create();
            List<Plain> written = fill(segment, random);

            assertThat(read(segment)).isEqualTo(written);
            assertThat(read(reopened())).isEqualTo(written);
            assertThat(reopened().origin()).isEqualTo(ORIGIN);
        });
    }

    @Test
    void cut_anywhere_still_gives_every_record_that_is_whole() throws IOException {
        List<Plain> written = fill(create(), new Random(1));
        byte[] all = Files.readAllBytes(file);

        for (int cut = Segment.HEAD_BYTES; cut < BYTES; cut++) {
            byte[] torn = Arrays.copyOf(Arrays.copyOf(all, cut), BYTES); // zeros from there on
            Files.write(file, torn);
            int bytes = cut;

            List<Plain> whole =
                    written.stream().filter(record -> record.end() <= bytes).toList();
            List<Plain> begun =
                    written.stream().filter(record -> record.at() < bytes).toList();
            // Where the cut took nothing but zeros the record that has it is whole, too.
            assertThat(read(reopened())).as("cut at %d", cut).isIn(whole, begun);
        }
    }

    @Test
    void with_a_flipped_bit_loses_at_most_the_record_that_has_it() throws IOException {
        List<Plain> written = fill(create(), new Random(2));
        byte[] whole = Files.readAllBytes(file);
        int lost = 0;

        for (int bit = Segment.HEAD_BYTES * 8; bit < BYTES * 8; bit += 3) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            int at = bit / 8;

            List<Plain> read = read(reopened());
            List<Plain> others = written.stream()
                    .filter(record -> at < record.at() || at >= record.end())
                    .toList();
            assertThat(read).as("bit %d", bit).containsAll(others);
            assertThat(written).as("bit %d", bit).containsAll(read);
            lost += written.size() - read.size();
        }
        // A third of the bits was flipped; only those that fill a record up are not looked at.
        assertThat(lost)
                .isGreaterThan(2
                        * written.stream()
                                .mapToInt(record -> record.payload().length())
                                .sum());
    }

    @Test
    void whose_page_was_lost_still_gives_what_comes_after_it() throws IOException {
        List<Plain> written = fill(create(), new Random(3));
        byte[] damaged = Files.readAllBytes(file);
        Arrays.fill(damaged, 256, 512, (byte) 0);
        Files.write(file, damaged);

        assertThat(read(reopened()))
                .containsExactlyElementsOf(written.stream()
                        .filter(record -> record.end() <= 256 || record.at() >= 512)
                        .toList())
                .isNotEmpty();
    }

    @Test
    void with_a_head_that_is_none_is_not_read() throws IOException {
        fill(create(), new Random(4));
        byte[] whole = Files.readAllBytes(file);
        for (int bit = 0; bit < 48 * 8; bit++) {
            byte[] damaged = whole.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            Files.write(file, damaged);
            assertThat(Segment.open(file, 1)).as("bit %d", bit).isNull();
        }
        Files.write(file, new byte[3]);
        assertThat(Segment.open(file, 1)).isNull();
    }

    @Test
    void keeps_how_far_it_is_booked() {
        Segment segment = create();
        JournalRecord first = append(segment, "one");
        append(segment, "two");
        segment.booked(first.end());

        assertThat(reopened().booked()).isEqualTo(first.end());
        assertThat(reopened().doneMillis()).isZero();

        segment.done(17);
        assertThat(reopened().doneMillis()).isEqualTo(17);
    }

    @Test
    void with_nothing_in_it_is_empty() {
        Segment segment = create();
        assertThat(segment.isEmpty()).isTrue();
        append(segment, "one");
        assertThat(reopened().isEmpty()).isFalse();
    }

    private static JournalRecord append(Segment segment, String text) {
        int at = segment.append(Kind.TRUTH, Entries.id(1), Entries.bytes(text));
        return Objects.requireNonNull(segment.next(at));
    }

    private static List<Plain> fill(Segment segment, Random random) {
        List<Plain> written = new ArrayList<>();
        while (true) {
            byte[] payload = Entries.random(random, 80);
            if (RecordLayout.size(payload.length) > segment.remaining()) {
                return written;
            }
            Kind kind = random.nextBoolean() ? Kind.GUESS : Kind.TRUTH;
            int at = segment.append(kind, Entries.id(written.size()), payload);
            written.add(Plain.of(new JournalRecord(kind, Entries.id(written.size()), payload, at, segment.end())));
        }
    }

    private static List<Plain> read(Segment segment) {
        List<Plain> read = new ArrayList<>();
        @Nullable JournalRecord record = segment.next(Segment.HEAD_BYTES);
        while (record != null) {
            read.add(Plain.of(record));
            record = segment.next(record.end());
        }
        return read;
    }

    private Segment create() {
        try {
            Files.deleteIfExists(file);
            try (FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
                SegmentFiles.writeZeros(channel, BYTES);
                return Segment.create(file, 1, ORIGIN, channel);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Segment reopened() {
        try {
            return Objects.requireNonNull(Segment.open(file, 1));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

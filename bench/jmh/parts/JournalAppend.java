package parts;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.journal.Batch;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.ledger.journal.Ticket;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/**
 * A request's two records in the journal, a guess and the truth of 900 bytes each, while what was written is taken out again
 * beside it.
 */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class JournalAppend {
    private static final int BATCH = 1_000;

    private final byte[] entry = "x".repeat(900).getBytes();
    private Path folder;
    private Journal journal;
    private long number;

    @Setup
    public void open() throws IOException {
        folder = Files.createTempDirectory("journal");
        JournalSettings settings = new JournalSettings(
                folder, JournalSettings.SEGMENT_BYTES, 64L * JournalSettings.SEGMENT_BYTES, Duration.ZERO, false);
        journal = Journal.open(settings, 1, InstantSource.system(), UUID::randomUUID);
        journal.start();
    }

    @TearDown
    public void close() throws IOException {
        journal.close();
        try (var files = Files.list(folder)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
        }
        Files.delete(folder);
    }

    @Benchmark
    public void appendToJournal(Blackhole refused) {
        Ticket ticket = journal.lanes().getFirst().admit(new RequestId(new UUID(0x7000, ++number)));
        if (ticket == null) {
            refused.consume(number); // there is no room for a moment
            takeOut();
            return;
        }
        ticket.guess(entry);
        ticket.settle(entry);
        if (number % BATCH == 0) {
            takeOut();
        }
    }

    private void takeOut() {
        Batch batch = journal.next(BATCH);
        batch.booked();
    }
}

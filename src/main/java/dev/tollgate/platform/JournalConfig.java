package dev.tollgate.platform;

import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalFailure;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.ledger.journal.Room;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.UUID;

/** The journal as the settings want it, and what can be seen of it. */
final class JournalConfig {
    private static final Duration KEPT = Duration.ofDays(1);

    /** What one event loop needs: the segment it writes and the spare ones. */
    private static final int SEGMENTS_MIN = 4;

    private JournalConfig() {}

    /** Opens the journal and lets its background work begin: a lane for each processor. */
    static Journal open(TollgateConfig config, InstantSource clock) {
        Path folder = config.journal()
                .map(Path::of)
                .orElseGet(() -> Path.of(config.data()).resolve("journal"));
        int lanes = Runtime.getRuntime().availableProcessors();
        long bytesMin = (long) lanes * SEGMENTS_MIN * JournalSettings.SEGMENT_BYTES;
        if (config.journalBytesMax() < bytesMin) {
            throw new StartFailure("TOLLGATE_JOURNAL_BYTES_MAX is too small: " + config.journalBytesMax()
                    + " (expected: at least " + bytesMin + " on this machine, 16 MiB for each processor).");
        }
        JournalSettings settings = new JournalSettings(
                folder,
                JournalSettings.SEGMENT_BYTES,
                config.journalBytesMax(),
                KEPT,
                config.journalSync() == TollgateConfig.JournalSync.GROUP);
        try {
            Journal journal = Journal.open(settings, lanes, clock, UUID::randomUUID);
            journal.start();
            return journal;
        } catch (JournalFailure e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        }
    }

    static void watch(Journal journal, MeterRegistry metrics) {
        Gauge.builder("tollgate.journal.bytes", journal, Journal::bytes)
                .description("Bytes of the journal on the disk")
                .register(metrics);
        Gauge.builder("tollgate.journal.full", journal, entries -> entries.room() == Room.State.FREE ? 0 : 1)
                .description("1 while the journal can't grow")
                .register(metrics);
        Gauge.builder("tollgate.journal.sync.age", journal, entries -> entries.syncAgeMillis() / 1e3)
                .baseUnit("seconds")
                .description("Seconds since everything written was on the disk for the last time")
                .register(metrics);
        FunctionCounter.builder("tollgate.journal.replayed", journal, Journal::replayed)
                .description("Entries that an earlier run left unbooked")
                .register(metrics);
        FunctionCounter.builder("tollgate.journal.interrupted", journal, Journal::interrupted)
                .description("Requests that were under way when an earlier run ended, booked by estimate")
                .register(metrics);
    }
}

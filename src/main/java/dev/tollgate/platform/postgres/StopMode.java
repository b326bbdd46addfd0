package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** The signals by which PostgreSQL is told how to stop. Java itself can send only TERM, which waits for every client. */
enum StopMode {
    /** Ends transactions, writes a checkpoint, stops: a clean stop. */
    FAST("INT"),
    /** Drops everything; the next start recovers from the write-ahead log. */
    IMMEDIATE("QUIT");

    private final String signal;

    StopMode(String signal) {
        this.signal = signal;
    }

    /** Sends it; a process that is gone already is fine. */
    void send(long pid) {
        try {
            Command.run(List.of("sh", "-c", "kill -" + signal + " " + pid), Path.of("/"), "", Duration.ofSeconds(10));
        } catch (IOException e) {
            throw new EmbeddedPostgresFailure("PostgreSQL (process " + pid + ") cannot be told to stop", e);
        }
    }
}

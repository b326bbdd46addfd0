package dev.tollgate.platform.postgres;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Waiting for processes, which tell nobody when their state changes: asked often, for a bounded time. */
final class Waiting {
    private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);

    private Waiting() {}

    /** Whether the condition came true within the limit. */
    static boolean until(BooleanSupplier condition, Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pause();
        }
        return true;
    }

    /** Whether the process ended within the limit. */
    static boolean exited(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static void pause() {
        try {
            Thread.sleep(BETWEEN_QUESTIONS);
        } catch (InterruptedException e) {
            throw interrupted(e);
        }
    }

    private static EmbeddedPostgresFailure interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new EmbeddedPostgresFailure("Interrupted while waiting for PostgreSQL", e);
    }
}

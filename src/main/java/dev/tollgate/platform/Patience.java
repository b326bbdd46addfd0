package dev.tollgate.platform;

import io.vertx.core.Future;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** How long a stop waits for something; then it goes on without it. */
record Patience(Duration time) {
    /** For what is a matter of moments where all is well. */
    static final Patience BRIEF = new Patience(Duration.ofSeconds(1));

    /** For what nobody wants to do without. */
    static final Patience LONG = new Patience(Duration.ofSeconds(20));

    /** Whether it succeeded in time. Blocks; not for an event loop. */
    boolean await(Future<?> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(time.toMillis(), TimeUnit.MILLISECONDS);
            return true;
        } catch (TimeoutException | ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}

package dev.tollgate.platform;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code tollgate.yaml}: whenever its text is another one, its prices and routes are put in force together. One
 * that is not as it should be changes nothing.
 */
@Singleton
final class DeclaredFile {
    private static final Logger LOG = Logger.getLogger(DeclaredFile.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final FileInForce inForce;
    private final Counter changes;
    private final @Nullable Path file;
    private String text = "";
    private String seen = "";
    private volatile @Nullable String complaint;
    private volatile boolean stopped;

    DeclaredFile(TollgateConfig config, Vertx vertx, FileInForce inForce, MeterRegistry metrics) {
        this.file = config.config().map(Path::of).orElse(null);
        this.vertx = vertx;
        this.inForce = inForce;
        this.changes = Counter.builder("tollgate.config.changes")
                .description("Changes of tollgate.yaml that were put in force")
                .register(metrics);
        Gauge.builder("tollgate.config.refused", this, declared -> declared.complaint == null ? 0 : 1)
                .description("1 while tollgate.yaml is wrong or can't be read, and what it declared before is in force")
                .register(metrics);
    }

    /**
     * Reads it once and goes on following. Prices, rules, accounts and the other routes must be known; fails where the
     * file names what is not there.
     */
    Future<Void> follow() {
        if (file == null) {
            return Future.succeededFuture();
        }
        return reading(this::declareFirst)
                .onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> reading(this::declareAgain)));
    }

    void stop() {
        stopped = true;
    }

    /** Files are read on a worker thread; one reading at a time. */
    private Future<Void> reading(Runnable reading) {
        return vertx.<Boolean>executeBlocking(() -> {
                    reading.run();
                    return true;
                })
                .mapEmpty();
    }

    private synchronized void declareFirst() {
        if (file != null) {
            text = read(file);
            inForce.begin(file.toString(), text);
        }
    }

    /** Called again and again; a text is complete when it was the same twice. One that is refused is tried again, too. */
    private synchronized void declareAgain() {
        if (stopped || file == null) {
            return;
        }
        try {
            String now = read(file);
            boolean isComplete = now.equals(seen);
            seen = now;
            if (isComplete && !now.equals(text)) {
                change(file, now);
            } else if (isComplete) {
                complaint = null;
            }
        } catch (StartFailure e) {
            complain(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            complain(file + ": can't be read: " + e.getMessage());
        }
    }

    private void change(Path from, String now) {
        inForce.change(from.toString(), now);
        text = now;
        complaint = null;
        changes.increment();
        LOG.infof("%s was changed, and is in force", from);
    }

    /** Once for each thing that is wrong, not once for each look. */
    private void complain(String why) {
        if (!why.equals(complaint)) {
            LOG.warnf("What it declared before stays in force: %s", why);
        }
        complaint = why;
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

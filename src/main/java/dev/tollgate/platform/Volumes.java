package dev.tollgate.platform;

import dev.tollgate.rating.pg.PriceFeed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import org.jboss.logging.Logger;

/** Follows what organizations were charged this month whose terms have steps: every ten seconds. */
@Singleton
final class Volumes {
    private static final Logger LOG = Logger.getLogger(Volumes.class);
    private static final long POLL_MILLIS = 10_000;

    private final Vertx vertx;
    private final PriceFeed feed;
    private boolean complained;
    private volatile boolean stopped;

    Volumes(Vertx vertx, PriceFeed feed) {
        this.vertx = vertx;
        this.feed = feed;
    }

    /** Reads the terms and the volumes once, which the first request needs, and goes on following. */
    Future<Void> follow() {
        return feed.refresh()
                .compose(_ -> feed.refreshVolumes())
                .onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> look()));
    }

    void stop() {
        stopped = true;
    }

    private void look() {
        if (!stopped) {
            feed.refreshVolumes().onSuccess(_ -> complained = false).onFailure(this::complain);
        }
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("Volumes can't be read; those known last hold: %s", failure.getMessage());
        }
        complained = true;
    }
}

package dev.tollgate.platform;

import dev.tollgate.rating.pg.PriceFeed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/** Follows the prices and terms of the database: every change within half a second, volumes every ten seconds. */
final class Rating {
    private static final Logger LOG = Logger.getLogger(Rating.class);
    private static final long POLL_MILLIS = 500;
    private static final long VOLUMES_MILLIS = 10_000;

    private final Vertx vertx;
    private final PriceFeed feed;
    private boolean complained;
    private volatile boolean stopped;

    Rating(Vertx vertx, PriceFeed feed) {
        this.vertx = vertx;
        this.feed = feed;
    }

    /** Reads everything once, which the first request needs, and goes on following. */
    Future<Void> follow() {
        return feed.refresh().compose(_ -> feed.refreshVolumes()).onSuccess(_ -> {
            vertx.setPeriodic(POLL_MILLIS, _ -> reported(feed::follow));
            vertx.setPeriodic(VOLUMES_MILLIS, _ -> reported(feed::refreshVolumes));
        });
    }

    void stop() {
        stopped = true;
    }

    private void reported(Supplier<Future<Void>> reading) {
        if (!stopped) {
            reading.get().onSuccess(_ -> complained = false).onFailure(this::complain);
        }
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("Changes of prices can't be read; the last known ones hold: %s", failure.getMessage());
        }
        complained = true;
    }
}

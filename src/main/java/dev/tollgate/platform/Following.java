package dev.tollgate.platform;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.pg.PgVersions;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.List;
import org.jboss.logging.Logger;

/** Follows what is in memory of the database: one question every half second tells what has changed. */
final class Following {
    private static final Logger LOG = Logger.getLogger(Following.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final List<Feed> feeds;
    private final PgVersions versions;
    private Future<Void> looking = Future.succeededFuture();
    private boolean complained;
    private volatile boolean stopped;

    Following(Vertx vertx, Pool pool, List<Feed> feeds) {
        this.vertx = vertx;
        this.feeds = feeds;
        this.versions = new PgVersions(pool, feeds);
    }

    /** Reads everything once, without which no request may be let through, and goes on following. */
    Future<Void> begin() {
        Future<Integer> read = Future.succeededFuture(0);
        for (Feed feed : feeds) {
            read = read.compose(_ -> feed.refresh());
        }
        return read.<Void>mapEmpty().onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> look()));
    }

    void stop() {
        stopped = true;
    }

    private void look() {
        if (!stopped && looking.isComplete()) {
            looking = versions.look().onSuccess(_ -> complained = false).onFailure(this::complain);
        }
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("Changes can't be read; what is known holds: %s", failure.getMessage());
        }
        complained = true;
    }
}

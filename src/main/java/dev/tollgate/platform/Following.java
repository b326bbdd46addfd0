package dev.tollgate.platform;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.pg.PgVersions;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.rating.pg.PriceFeed;
import dev.tollgate.routing.pg.RouteFeed;
import dev.tollgate.settings.pg.SettingsFeed;
import dev.tollgate.tenancy.pg.PgCallers;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Follows what is in memory of the database: one question every half second tells what has changed. */
@Singleton
final class Following {
    private static final Logger LOG = Logger.getLogger(Following.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final List<Feed> feeds;
    private final Feed keys;
    private final PgVersions versions;
    private Future<Void> looking = Future.succeededFuture();
    private boolean complained;
    private volatile boolean stopped;

    /** All but the keys has to be known before a request is let in. */
    Following(
            Vertx vertx,
            Pool pool,
            RuleFeed rules,
            PriceFeed prices,
            SettingsFeed settings,
            AccountFeed accounts,
            RouteFeed routes,
            PgCallers keys) {
        this.vertx = vertx;
        this.feeds = List.of(rules, prices, settings, accounts, routes); // in the order in which they are read
        this.keys = keys;
        this.versions = new PgVersions(
                pool, Stream.concat(feeds.stream(), Stream.of(keys)).toList());
    }

    /** Reads everything but the keys. */
    Future<Void> read() {
        Future<Integer> read = Future.succeededFuture(0);
        for (Feed feed : feeds) {
            read = read.compose(_ -> feed.refresh());
        }
        return read.mapEmpty();
    }

    /** Reads the keys, from which moment on requests are let in, and goes on following everything. */
    Future<Void> letIn() {
        return keys.refresh().<Void>mapEmpty().onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> look()));
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

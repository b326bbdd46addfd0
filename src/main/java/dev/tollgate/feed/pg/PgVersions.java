package dev.tollgate.feed.pg;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.Readings;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks for the versions of all feeds at once, and has those read on that are behind. */
public final class PgVersions {
    private final Pool pool;
    private final List<Feed> feeds;
    private final InstantSource clock;

    public PgVersions(Pool pool, List<Feed> feeds, InstantSource clock) {
        this.pool = pool;
        this.feeds = List.copyOf(feeds);
        this.clock = clock;
    }

    /** Completes when what was committed before this call is in force in this process, or is being read. */
    public Future<Void> look() {
        Instant asked = clock.instant();
        return pool.preparedQuery("select * from versions")
                .execute()
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .compose(rows -> {
                    Row versions = rows.iterator().next();
                    return Future.join(feeds.stream()
                            .map(feed -> follow(feed, versions.getLong(feed.name()), asked))
                            .toList());
                })
                .mapEmpty();
    }

    private static Future<?> follow(Feed feed, long current, Instant asked) {
        if (feed.version() == current) {
            feed.isCurrent(asked);
            return Future.succeededFuture();
        }
        return feed.isRefreshing() ? Future.succeededFuture() : feed.refresh();
    }
}

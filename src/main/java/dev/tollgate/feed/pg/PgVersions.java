package dev.tollgate.feed.pg;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.Readings;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Asks for the versions of all feeds at once, and has those read on that are behind, one after the other. */
public final class PgVersions {
    private final Pool pool;
    private final List<Feed> feeds;

    /** @param feeds in the order in which changes are taken in that were made together: what narrows before what opens */
    public PgVersions(Pool pool, List<Feed> feeds) {
        this.pool = pool;
        this.feeds = List.copyOf(feeds);
    }

    /**
     * Completes when what was committed before this call is in force in this process, or is being read. One that can't be read
     * does not hinder those after it; it is told of all the same.
     */
    public Future<Void> look() {
        List<Runnable> nothingNew = feeds.stream().map(Feed::asks).toList();
        return pool.preparedQuery("select * from versions")
                .execute()
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS)
                .compose(found -> {
                    Row versions = found.iterator().next();
                    Future<Integer> followed = Future.succeededFuture();
                    for (int i = 0; i < feeds.size(); i++) {
                        Feed feed = feeds.get(i);
                        Runnable current = nothingNew.get(i);
                        long newest = versions.getLong(feed.name());
                        followed = followed.transform(before -> follow(feed, newest, current)
                                .compose(rows -> before.succeeded() ? Future.succeededFuture(rows) : failed(before)));
                    }
                    return followed;
                })
                .mapEmpty();
    }

    private static Future<Integer> failed(AsyncResult<Integer> before) {
        return Future.failedFuture(before.cause());
    }

    private static Future<Integer> follow(Feed feed, long newest, Runnable current) {
        if (feed.version() == newest) {
            current.run();
        } else if (!feed.isRefreshing()) {
            return feed.refresh();
        }
        return Future.succeededFuture(0);
    }
}

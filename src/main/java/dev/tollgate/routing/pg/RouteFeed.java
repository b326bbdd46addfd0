package dev.tollgate.routing.pg;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.Readings;
import dev.tollgate.routing.Definitions;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Follows the routes in PostgreSQL into memory: all of them, whenever one has changed. Safe for threads.
 */
public final class RouteFeed implements Feed {
    private static final Logger LOG = Logger.getLogger(RouteFeed.class);

    private final PgRoutes store;
    private final RoutesInForce routes;
    private final Readings readings = new Readings(this::readNews);
    private long version;

    public RouteFeed(PgRoutes store, RoutesInForce routes) {
        this.store = store;
        this.routes = routes;
    }

    @Override
    public String name() {
        return "routes";
    }

    @Override
    public synchronized long version() {
        return version;
    }

    @Override
    public Future<Integer> refresh() {
        return readings.next();
    }

    @Override
    public boolean isRefreshing() {
        return readings.isUnderWay();
    }

    /** What is read may have later changes in it than the version says; they are read again with the next look. */
    private Future<Integer> readNews() {
        return store.last()
                .compose(last -> last == after(last)
                        ? Future.succeededFuture(0)
                        : store.all().map(records -> {
                            take(last, records);
                            return records.size();
                        }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The version to read on from; one that has gone back is that of a database which has lost changes: all is read again. */
    private synchronized long after(long last) {
        if (last < version) {
            version = 0;
        }
        return version;
    }

    private synchronized void take(long last, List<RoutingRecord> records) {
        if (last <= version) {
            return;
        }
        routes.replaceStored(Definitions.of(
                records,
                (record, why) -> LOG.warnf(
                        "The %s %s is not in force here, as this version of Tollgate does not understand it: %s",
                        record.kind().label(), record.name(), why)));
        version = last;
    }
}

package dev.tollgate.routing.pg;

import dev.tollgate.feed.Readings;
import dev.tollgate.feed.VersionedFeed;
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
public final class RouteFeed extends VersionedFeed {
    private static final Logger LOG = Logger.getLogger(RouteFeed.class);

    private final PgRoutes store;
    private final RoutesInForce routes;

    public RouteFeed(PgRoutes store, RoutesInForce routes) {
        super("routes");
        this.store = store;
        this.routes = routes;
    }

    /** What is read may have later changes in it than the version says; they are read again with the next look. */
    @Override
    protected Future<Integer> readNews() {
        return store.last()
                .compose(last -> isKnown(last)
                        ? Future.succeededFuture(0)
                        : store.all().map(records -> {
                            take(last, records);
                            return records.size();
                        }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized void take(long last, List<RoutingRecord> records) {
        if (last <= version()) {
            return;
        }
        routes.replaceStored(Definitions.of(
                records,
                (record, why) -> LOG.warnf(
                        "The %s %s is not in force here, as this version of Tollgate does not understand it: %s",
                        record.kind().label(), record.name(), why)));
        known(last);
    }
}

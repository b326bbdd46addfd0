package dev.tollgate.routing.pg;

import dev.tollgate.routing.Definitions;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingRecord;
import io.vertx.core.Future;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Follows the routes in PostgreSQL into memory: all of them, whenever one has changed. Safe for threads; one reading at a
 * time.
 */
public final class RouteFeed {
    private static final Logger LOG = Logger.getLogger(RouteFeed.class);
    private static final long PATIENCE_SECONDS = 10;

    private final PgRoutes store;
    private final RoutesInForce routes;
    private long version;
    private Future<Void> reading = Future.succeededFuture();

    public RouteFeed(PgRoutes store, RoutesInForce routes) {
        this.store = store;
        this.routes = routes;
    }

    /** Completes when every change that was committed before this call is in force in this process. */
    public synchronized Future<Void> refresh() {
        reading = reading.otherwiseEmpty().compose(_ -> readNews());
        return reading;
    }

    /** The same for who asks again and again: joins the reading that is under way. */
    public synchronized Future<Void> follow() {
        return reading.isComplete() ? refresh() : reading;
    }

    /** What is read may have later changes in it than the version says; they are read again with the next look. */
    private Future<Void> readNews() {
        return store.last()
                .compose(last -> last == version()
                        ? Future.<Void>succeededFuture()
                        : store.all().<Void>map(records -> {
                            take(last, records);
                            return null;
                        }))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private synchronized long version() {
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

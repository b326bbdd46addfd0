package dev.tollgate.limits.budget.pg;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgConnection;
import io.vertx.pgclient.PgNotification;
import io.vertx.sqlclient.Pool;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Hears at once, over a connection of its own, which windows are recalled and that rules have changed. Notices get lost
 * with the connection, and a pooler between may let none through; so whoever hears them asks from time to time, too.
 */
public final class RecallListener {
    private static final String RECALL = "tollgate_recall";
    private static final String LIMITS = "tollgate_limits";
    private static final long PAUSE_MIN_MILLIS = 100;
    private static final long PAUSE_MAX_MILLIS = 10_000;

    private final Vertx vertx;
    private final Pool pool;
    private final LongConsumer recalled;
    private final Runnable rulesChanged;

    // Guarded by this.
    private @Nullable PgConnection connection;
    private long pauseMillis = PAUSE_MIN_MILLIS;
    private boolean stopped;

    /**
     * @param recalled is given windows, by their ids
     * @param rulesChanged is called after changes of rules, and whenever some may have been missed
     */
    public RecallListener(Vertx vertx, Pool pool, LongConsumer recalled, Runnable rulesChanged) {
        this.vertx = vertx;
        this.pool = pool;
        this.recalled = recalled;
        this.rulesChanged = rulesChanged;
    }

    /** Begins to listen, and keeps trying while the database is away. */
    public void start() {
        pool.getConnection()
                .compose(made -> listen(PgConnection.cast(made)))
                .onSuccess(this::listens)
                .onFailure(_ -> again());
    }

    private Future<PgConnection> listen(PgConnection made) {
        made.notificationHandler(this::hear);
        return made.query("listen " + RECALL)
                .execute()
                .compose(_ -> made.query("listen " + LIMITS).execute())
                .map(made)
                .onFailure(_ -> made.close());
    }

    private void listens(PgConnection made) {
        synchronized (this) {
            connection = made;
            pauseMillis = PAUSE_MIN_MILLIS;
        }
        made.closeHandler(_ -> lost());
        if (stopped()) {
            var _ = stop();
            return;
        }
        rulesChanged.run();
    }

    private void hear(PgNotification notice) {
        if (notice.getChannel().equals(LIMITS)) {
            rulesChanged.run();
        } else {
            recalled.accept(Long.parseLong(notice.getPayload()));
        }
    }

    private void lost() {
        synchronized (this) {
            connection = null;
        }
        again();
    }

    private void again() {
        long pause;
        synchronized (this) {
            if (stopped) {
                return;
            }
            pause = pauseMillis;
            pauseMillis = Math.min(PAUSE_MAX_MILLIS, 2 * pauseMillis);
        }
        vertx.setTimer(pause, _ -> start());
    }

    private synchronized boolean stopped() {
        return stopped;
    }

    /** Gives the connection back to the pool, without what it listened to. */
    public Future<Void> stop() {
        PgConnection last;
        synchronized (this) {
            stopped = true;
            last = connection;
            connection = null;
        }
        if (last == null) {
            return Future.succeededFuture();
        }
        last.notificationHandler(_ -> {});
        return last.query("unlisten *")
                .execute()
                .<Void>mapEmpty()
                .recover(_ -> Future.succeededFuture())
                .eventually(() -> last.close());
    }
}

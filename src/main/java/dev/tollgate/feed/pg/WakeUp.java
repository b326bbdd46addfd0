package dev.tollgate.feed.pg;

import io.vertx.core.Future;
import io.vertx.pgclient.PgConnection;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Hears from the database that something has come up somewhere. It keeps one connection for that. Where that breaks, or a
 * pooler of transactions stands in between, nothing is heard, and whoever looks now and then finds what there is.
 */
public final class WakeUp {
    private final Pool pool;
    private final String channel;
    private final Runnable heard;
    private final AtomicReference<@Nullable SqlConnection> ear = new AtomicReference<>();
    private boolean connecting;
    private boolean closed;

    /**
     * @param channel that is notified, a name of SQL
     * @param heard is run for each notification, by whatever replica
     */
    public WakeUp(Pool pool, String channel, Runnable heard) {
        this.pool = pool;
        this.channel = channel;
        this.heard = heard;
    }

    /** Listens from now on, unless it does already. To be called again now and then. */
    public synchronized void listen() {
        if (ear.get() == null && !connecting && !closed) {
            connecting = true;
            pool.getConnection().compose(this::listen).onComplete(_ -> connected());
        }
    }

    private Future<Void> listen(SqlConnection connection) {
        PgConnection listening = PgConnection.cast(connection);
        listening.notificationHandler(_ -> heard.run());
        listening.exceptionHandler(_ -> {}); // its end is heard of below
        listening.closeHandler(_ -> ear.set(null));
        return listening
                .query("listen " + channel)
                .execute()
                .<Void>mapEmpty()
                .onSuccess(_ -> ear.set(connection))
                .onFailure(_ -> connection.close());
    }

    private synchronized void connected() {
        connecting = false;
        heard.run(); // for what came up meanwhile
    }

    /** Gives the connection back. */
    public synchronized Future<Void> close() {
        closed = true;
        SqlConnection connection = ear.getAndSet(null);
        return connection == null ? Future.succeededFuture() : connection.close();
    }
}

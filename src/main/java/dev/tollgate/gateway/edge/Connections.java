package dev.tollgate.gateway.edge;

import dev.tollgate.gateway.http.Deadlines;
import io.vertx.core.http.HttpConnection;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The connections of one event loop. One that has no request under way for too long is closed, whether it is idle or
 * sends the head of a request ever so slowly. Used on that loop alone.
 */
final class Connections {
    private final Deadlines deadlines;
    private final long keepAliveNanos;
    private final Map<HttpConnection, Watched> open = new IdentityHashMap<>();

    Connections(Deadlines deadlines, Duration keepAlive) {
        this.deadlines = deadlines;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    private final class Watched {
        private final HttpConnection connection;
        private Deadlines.Deadline deadline;
        private int requests;

        Watched(HttpConnection connection) {
            this.connection = connection;
            this.deadline = deadlines.in(keepAliveNanos, this::expired);
        }

        private void expired() {
            if (requests > 0) {
                deadline = deadlines.in(keepAliveNanos, this::expired);
            } else {
                connection.close();
            }
        }
    }

    void opened(HttpConnection connection) {
        Watched watched = new Watched(connection);
        open.put(connection, watched);
        connection.closeHandler(_ -> {
            watched.deadline.cancel();
            open.remove(connection);
        });
    }

    void requestBegan(HttpConnection connection) {
        Watched watched = open.get(connection);
        if (watched != null) {
            watched.requests++;
        }
    }

    void requestEnded(HttpConnection connection) {
        @Nullable Watched watched = open.get(connection);
        if (watched != null) {
            watched.requests--;
            watched.deadline.postpone(keepAliveNanos);
        }
    }

    int count() {
        return open.size();
    }
}

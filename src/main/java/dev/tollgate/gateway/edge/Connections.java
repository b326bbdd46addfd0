package dev.tollgate.gateway.edge;

import dev.tollgate.gateway.http.Deadlines;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.HashSet;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;

/**
 * The connections of one event loop. One that has no request under way for too long is closed, whether it is idle or
 * sends the head of a request ever so slowly; {@link FirstHeads} sees to those that never had one. Used on that loop
 * alone.
 */
final class Connections {
    /** Long enough for a client to read its last answer, which closing at once could take from it. */
    private static final Duration LINGER = Duration.ofSeconds(1);

    private final Deadlines deadlines;
    private final long keepAliveNanos;
    private final Map<HttpConnection, Watched> open = new IdentityHashMap<>();
    private final Set<SocketAddress> clients = new HashSet<>();

    Connections(Deadlines deadlines, Duration keepAlive) {
        this.deadlines = deadlines;
        this.keepAliveNanos = keepAlive.toNanos();
    }

    private final class Watched {
        private final HttpConnection connection;
        private Deadlines.Deadline deadline;
        private int requests;
        private boolean finished;

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
        SocketAddress client = connection.remoteAddress();
        open.put(connection, watched);
        clients.add(client);
        connection.closeHandler(_ -> {
            watched.deadline.cancel();
            open.remove(connection);
            clients.remove(client);
        });
    }

    /** Counts a request in; false where the connection has had its last one, so that this one must be ignored. */
    boolean requestBegan(HttpConnection connection) {
        Watched watched = open.get(connection);
        if (watched == null) {
            return true;
        }
        if (watched.finished) {
            return false;
        }
        watched.requests++;
        return true;
    }

    /** Takes no more requests from a connection and closes it soon: what follows on it can't be trusted to be one. */
    void finish(HttpConnection connection) {
        Watched watched = open.get(connection);
        if (watched == null) {
            connection.close();
        } else if (!watched.finished) {
            watched.finished = true;
            watched.deadline.cancel();
            watched.deadline = deadlines.in(LINGER.toNanos(), connection::close);
        }
    }

    void requestEnded(HttpConnection connection) {
        Watched watched = open.get(connection);
        if (watched != null) {
            watched.requests--;
            if (!watched.finished) {
                watched.deadline.postpone(keepAliveNanos);
            }
        }
    }

    /** Whether the client at an address has a connection that is past its first head. */
    boolean isOpen(SocketAddress client) {
        return clients.contains(client);
    }

    int count() {
        return open.size();
    }
}

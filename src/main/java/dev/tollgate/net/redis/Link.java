package dev.tollgate.net.redis;

import dev.tollgate.net.Homecoming;
import io.vertx.core.Future;
import io.vertx.redis.client.Command;
import io.vertx.redis.client.Redis;
import io.vertx.redis.client.RedisConnection;
import io.vertx.redis.client.Request;
import io.vertx.redis.client.Response;
import io.vertx.redis.client.impl.types.ErrorType;
import org.jspecify.annotations.Nullable;

/**
 * One connection to Redis that all requests share: they go out one after the other without waiting for answers, and are
 * done in that order. (A pool lends a connection to one request at a time, which bounds how many can be asked at once.)
 * One that breaks is made anew when it is needed next. The client is to give up connections that nobody answers on
 * ({@code read-idle-timeout}).
 */
public final class Link {
    private final Redis redis;
    private @Nullable Future<RedisConnection> connection;

    public Link(Redis redis) {
        this.redis = redis;
    }

    /** What Redis answers, told on the event loop that asks. Fails where it has no answer, or answers an error. */
    public Future<Response> send(Request request) {
        Future<RedisConnection> used = connection();
        // What hangs on the connection's future would be told on the event loop that connected.
        return used.succeeded() ? send(request, used) : Homecoming.of(used.compose(_ -> send(request, used)));
    }

    private Future<Response> send(Request request, Future<RedisConnection> used) {
        RedisConnection open = used.result();
        return open.send(request).map(Link::answer).onFailure(failure -> {
            if (failure instanceof ErrorType error && error.is("READONLY")) {
                // It is not the one to ask any more: the next connection goes to who is.
                forget(used);
                quit(open);
            }
        });
    }

    /** Ends the connection, if there is one. */
    public void close() {
        Future<RedisConnection> used;
        synchronized (this) {
            used = connection;
        }
        if (used != null) {
            forget(used);
            used.onSuccess(Link::quit);
        }
    }

    private synchronized Future<RedisConnection> connection() {
        if (connection == null) {
            Future<RedisConnection> connecting = redis.connect();
            connection = connecting;
            connecting
                    .onFailure(_ -> forget(connecting))
                    .onSuccess(open ->
                            open.exceptionHandler(_ -> forget(connecting)).endHandler(_ -> forget(connecting)));
        }
        return connection;
    }

    /** There may be another one already. */
    private synchronized void forget(Future<RedisConnection> broken) {
        if (broken.equals(connection)) {
            connection = null;
        }
    }

    /** Closing would only give it back to the client's pool. */
    private static void quit(RedisConnection open) {
        open.send(Request.cmd(Command.QUIT)).onComplete(_ -> {});
    }

    private static Response answer(@Nullable Response response) {
        if (response == null) {
            throw new IllegalStateException("Redis answered nothing (expected: what a script returns)");
        }
        return response;
    }
}

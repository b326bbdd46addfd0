package dev.tollgate.net;

import io.vertx.core.AsyncResult;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import org.jspecify.annotations.Nullable;

/** A promise whose end, whoever brings it about, is told on the event loop that it was made on. Its first end counts. */
public final class Homecoming<T> {
    private final Promise<T> promise = Promise.promise();
    private final @Nullable Context home = Vertx.currentContext();

    /** The same future, told at home. */
    public static <T> Future<T> of(Future<T> future) {
        Homecoming<T> homecoming = new Homecoming<>();
        future.onComplete(homecoming::end);
        return homecoming.future();
    }

    public Future<T> future() {
        return promise.future();
    }

    public void end(AsyncResult<T> end) {
        if (home == null || home.equals(Vertx.currentContext())) {
            tell(end);
        } else {
            home.runOnContext(_ -> tell(end));
        }
    }

    private void tell(AsyncResult<T> end) {
        if (end.succeeded()) {
            promise.tryComplete(end.result());
        } else {
            promise.tryFail(end.cause());
        }
    }
}

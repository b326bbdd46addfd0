package dev.tollgate.gateway.http;

import io.vertx.core.Future;
import io.vertx.core.http.HttpServerResponse;

/** An answer that is not at hand as a whole when its head goes out, wherever it comes from. Used on one event loop. */
public interface Flow {
    /** How it ended. */
    enum End {
        COMPLETE,
        /** It broke off where it comes from, or was silent for too long. */
        CUT_OFF,
        /** The client went away, or took nothing for too long. */
        CLIENT_GONE
    }

    /** Sends everything on. Called once, after the response's head is set. */
    void sendTo(HttpServerResponse response);

    /** Completes, and never fails, when the answer has ended in some way. */
    Future<End> ended();

    /** Completes, and never fails, when nothing more is sent to the client; no sooner than {@link #ended}. */
    default Future<?> sent() {
        return ended();
    }

    /** Says that nobody listens any more. */
    void clientGone();
}

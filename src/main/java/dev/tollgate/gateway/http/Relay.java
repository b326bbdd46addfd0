package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * An answer that is on its way from a provider and goes on as it comes, no faster than the client takes it. Used on one
 * event loop.
 */
public abstract class Relay {
    /** How it ended. */
    public enum End {
        COMPLETE,
        /** The provider broke off, or was silent for too long. */
        CUT_OFF,
        /** The client went away, or took nothing for too long. */
        CLIENT_GONE
    }

    private final HttpClientResponse upstream;
    private final Deadlines.Deadline deadline;
    private final long idleNanos;
    private final LongConsumer relayedBytes;
    private final Promise<End> ended = Promise.promise();
    private @Nullable HttpServerResponse response;

    /**
     * @param upstream the answer, paused
     * @param deadlines where the pauses of the answer are watched
     * @param idleNanos how long a pause may last
     * @param relayedBytes is told of bytes that came
     */
    Relay(HttpClientResponse upstream, Deadlines deadlines, long idleNanos, LongConsumer relayedBytes) {
        this.upstream = upstream;
        this.deadline = deadlines.in(idleNanos, this::expired);
        this.idleNanos = idleNanos;
        this.relayedBytes = relayedBytes;
    }

    /** Sends everything on. Called once, after the response's head is set. */
    public final void sendTo(HttpServerResponse response) {
        if (ended.future().isComplete()) {
            response.reset();
            return;
        }
        this.response = response;
        response.exceptionHandler(_ -> clientGone());
        begin(upstream, response);
        upstream.handler(chunk -> {
            if (isOpen()) {
                deadline.postpone(idleNanos);
                relayedBytes.accept(chunk.length());
                relay(chunk, response);
            }
        });
        upstream.exceptionHandler(_ -> breakOff(ProblemCode.UPSTREAM_CUT_OFF));
        upstream.endHandler(_ -> {
            if (end(End.COMPLETE)) {
                complete(response);
            }
        });
        upstream.resume();
    }

    /** Completes, and never fails, when the answer has ended in some way. */
    public final Future<End> ended() {
        return ended.future();
    }

    /** Gives up because nobody listens any more. */
    public final void clientGone() {
        if (end(End.CLIENT_GONE)) {
            upstream.request().reset();
        }
    }

    /** Sets up the response's framing. */
    abstract void begin(HttpClientResponse upstream, HttpServerResponse response);

    /** Sends on what has come. */
    abstract void relay(Buffer chunk, HttpServerResponse response);

    /** Ends the response well. */
    abstract void complete(HttpServerResponse response);

    /** Ends the response so that the client can tell that it isn't complete. */
    abstract void cutOff(HttpServerResponse response, ProblemCode code);

    final boolean isOpen() {
        return !ended.future().isComplete();
    }

    /** Writes, and stops reading from the provider while the client is behind. */
    final void write(HttpServerResponse response, Buffer bytes) {
        response.write(bytes);
        if (response.writeQueueFull()) {
            upstream.pause();
            response.drainHandler(_ -> upstream.resume());
        }
    }

    private void expired() {
        HttpServerResponse out = response;
        if (out != null && out.writeQueueFull()) {
            clientGone();
            out.reset();
        } else {
            breakOff(ProblemCode.UPSTREAM_TIMEOUT);
        }
    }

    private void breakOff(ProblemCode code) {
        if (end(End.CUT_OFF)) {
            upstream.request().reset();
            if (response != null) {
                cutOff(response, code);
            }
        }
    }

    private boolean end(End how) {
        deadline.cancel();
        return ended.tryComplete(how);
    }
}

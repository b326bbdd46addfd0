package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
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

    private final Answer answer;
    private final Deadlines.Deadline deadline;
    private final long idleNanos;
    private final LongConsumer relayedBytes;
    private final Promise<End> ended = Promise.promise();
    private @Nullable HttpServerResponse response;

    /**
     * @param answer the provider's answer, paused
     * @param deadlines where the pauses of the answer are watched
     * @param idleNanos how long a pause may last
     * @param relayedBytes is told of bytes that came
     */
    Relay(Answer answer, Deadlines deadlines, long idleNanos, LongConsumer relayedBytes) {
        this.answer = answer;
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
        begin(answer, response);
        answer.read(
                chunk -> {
                    if (isOpen()) {
                        deadline.postpone(idleNanos);
                        relayedBytes.accept(chunk.length());
                        relay(chunk, response);
                    }
                },
                () -> {
                    if (end(End.COMPLETE)) {
                        complete(response);
                    }
                },
                () -> breakOff(ProblemCode.UPSTREAM_CUT_OFF));
        answer.response().resume();
    }

    /** Completes, and never fails, when the answer has ended in some way. */
    public final Future<End> ended() {
        return ended.future();
    }

    /** Gives up because nobody listens any more. */
    public final void clientGone() {
        if (end(End.CLIENT_GONE)) {
            answer.response().request().reset();
        }
    }

    /** Sets up the response's framing. */
    abstract void begin(Answer answer, HttpServerResponse response);

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
            answer.response().pause();
            response.drainHandler(_ -> answer.response().resume());
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
            answer.response().request().reset();
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

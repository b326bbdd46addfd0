package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends on an answer that Tollgate does not look into: audio, files, and answers too large to be held. One that breaks
 * off breaks off for the client, too, so that it can't be taken for complete.
 */
public final class OpaqueRelay extends Relay {
    private final @Nullable Buffer begun;

    /** @param begun what came already, or null */
    public OpaqueRelay(
            Answer answer, @Nullable Buffer begun, Deadlines deadlines, long idleNanos, LongConsumer relayedBytes) {
        super(answer, deadlines, idleNanos, relayedBytes);
        this.begun = begun;
    }

    @Override
    void begin(Answer answer, HttpServerResponse response) {
        String length = answer.response().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length != null && !answer.isInflated()) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, length);
        } else {
            response.setChunked(true);
        }
        if (begun != null) {
            write(response, begun);
        }
    }

    @Override
    void relay(Buffer chunk, HttpServerResponse response) {
        write(response, chunk);
    }

    @Override
    void complete(HttpServerResponse response) {
        response.end();
    }

    @Override
    void cutOff(HttpServerResponse response, ProblemCode code) {
        response.reset();
    }
}

package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends on an answer as it is: audio, files, and JSON too large to be held. One that breaks off breaks off for the
 * client, too, so that it can't be taken for complete.
 */
public final class OpaqueRelay extends Relay {
    private final @Nullable Buffer begun;

    /**
     * @param begun what came already, or null
     * @param isReadToItsEnd whether it is read also when nobody takes it any more
     */
    public OpaqueRelay(
            Answer answer,
            @Nullable Buffer begun,
            boolean isReadToItsEnd,
            Deadlines deadlines,
            long idleNanos,
            Consumer<Buffer> seen) {
        super(answer, isReadToItsEnd, deadlines, idleNanos, seen);
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

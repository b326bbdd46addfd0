package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
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
    void begin(Answer answer, Outlet outlet) {
        outlet.begin(answer.isInflated() ? null : answer.response().getHeader(HttpHeaders.CONTENT_LENGTH));
        if (begun != null) {
            write(outlet, begun);
        }
    }

    @Override
    void relay(Buffer chunk, Outlet outlet) {
        write(outlet, chunk);
    }

    @Override
    void complete(Outlet outlet) {
        outlet.end(Buffer.buffer());
    }

    @Override
    void cutOff(Outlet outlet, ProblemCode code) {
        outlet.breakOff();
    }
}

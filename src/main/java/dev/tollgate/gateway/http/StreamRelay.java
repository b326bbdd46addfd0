package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.openai.StreamReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Sends on a stream of events. Events that arrive in one turn of the event loop leave in one write. An event goes on when
 * it is whole, so that a stream that breaks off can end with an event that says so.
 */
public final class StreamRelay extends Relay {
    private final StreamReader reader;
    private final boolean typedEvents;
    private final Context context;

    private @Nullable Buffer unsent;
    private boolean flushIsDue;

    /**
     * @param typedEvents whether the stream's events carry their type in an {@code event} line
     * @param context the event loop
     */
    public StreamRelay(
            Answer answer,
            StreamReader reader,
            boolean typedEvents,
            Context context,
            Deadlines deadlines,
            long idleNanos,
            Consumer<Buffer> seen) {
        super(answer, /* isReadToItsEnd= */ false, deadlines, idleNanos, seen);
        this.reader = reader;
        this.typedEvents = typedEvents;
        this.context = context;
    }

    @Override
    void begin(Answer answer, HttpServerResponse response) {
        response.setChunked(true);
    }

    @Override
    void relay(Buffer chunk, HttpServerResponse response) {
        Bytes bytes = Bytes.of(chunk);
        reader.feed(bytes.array(), bytes.start(), bytes.end(), this::append);
        if (unsent != null && !flushIsDue) {
            flushIsDue = true;
            context.runOnContext(_ -> flush(response));
        }
    }

    @Override
    void complete(HttpServerResponse response) {
        reader.finish(this::append);
        end(response, "");
    }

    @Override
    void cutOff(HttpServerResponse response, ProblemCode code) {
        end(response, errorEvent(code));
    }

    private void end(HttpServerResponse response, String lastWords) {
        Buffer rest = unsent == null ? Buffer.buffer() : unsent;
        unsent = null;
        response.end(rest.appendString(lastWords));
    }

    private void append(byte[] array, int offset, int length) {
        Buffer buffer = unsent;
        if (buffer == null) {
            buffer = Buffer.buffer(Math.max(length, 256));
            unsent = buffer;
        }
        buffer.appendBytes(array, offset, length);
    }

    private void flush(HttpServerResponse response) {
        flushIsDue = false;
        Buffer buffer = unsent;
        if (buffer != null && isOpen()) {
            unsent = null;
            write(response, buffer);
        }
    }

    private String errorEvent(ProblemCode code) {
        String message = code == ProblemCode.UPSTREAM_TIMEOUT
                ? "The provider was silent for too long in the middle of its answer."
                : "The provider's answer broke off before it was complete.";
        JsonObject error = new JsonObject()
                .put("message", message)
                .put("type", code.type())
                .putNull("param")
                .put("code", code.label());
        return typedEvents
                ? "event: error\ndata: " + typed(error).encode() + "\n\n"
                : "data: " + new JsonObject().put("error", error).encode() + "\n\n";
    }

    /** Clients look for these members beside the type, where they are documented, or within {@code error}. */
    private static JsonObject typed(JsonObject error) {
        return error.copy().put("type", "error").put("error", error);
    }
}

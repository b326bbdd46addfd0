package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.openai.StreamReader;
import io.vertx.core.Context;
import io.vertx.core.buffer.Buffer;
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
    void begin(Answer answer, Outlet outlet) {
        outlet.begin(/* length= */ null);
    }

    @Override
    void relay(Buffer chunk, Outlet outlet) {
        Bytes bytes = Bytes.of(chunk);
        reader.feed(bytes.array(), bytes.start(), bytes.end(), this::append);
        if (unsent != null && !flushIsDue) {
            flushIsDue = true;
            context.runOnContext(_ -> flush(outlet));
        }
    }

    @Override
    void complete(Outlet outlet) {
        reader.finish(this::append);
        end(outlet, "");
    }

    @Override
    void cutOff(Outlet outlet, ProblemCode code) {
        end(outlet, ErrorEvent.of(code, typedEvents));
    }

    private void end(Outlet outlet, String lastWords) {
        Buffer rest = unsent == null ? Buffer.buffer() : unsent;
        unsent = null;
        outlet.end(rest.appendString(lastWords));
    }

    private void append(byte[] array, int offset, int length) {
        Buffer buffer = unsent;
        if (buffer == null) {
            buffer = Buffer.buffer(Math.max(length, 256));
            unsent = buffer;
        }
        buffer.appendBytes(array, offset, length);
    }

    private void flush(Outlet outlet) {
        flushIsDue = false;
        Buffer buffer = unsent;
        if (buffer != null && isOpen()) {
            unsent = null;
            write(outlet, buffer);
        }
    }
}

package dev.tollgate.gateway.http;

import io.vertx.core.buffer.Buffer;
import org.jspecify.annotations.Nullable;

/** Chunks put together; a body that came in one chunk is never copied. */
public final class Joined {
    private @Nullable Buffer joined;
    private boolean ownsJoined;

    public void add(Buffer chunk) {
        Buffer before = joined;
        if (before == null) {
            joined = chunk;
        } else if (ownsJoined) {
            before.appendBuffer(chunk);
        } else {
            joined = Buffer.buffer(before.length() * 2 + chunk.length())
                    .appendBuffer(before)
                    .appendBuffer(chunk);
            ownsJoined = true;
        }
    }

    public int length() {
        return joined == null ? 0 : joined.length();
    }

    public Buffer buffer() {
        return joined == null ? Buffer.buffer() : joined;
    }
}

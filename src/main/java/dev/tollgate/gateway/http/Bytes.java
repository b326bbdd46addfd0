package dev.tollgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.vertx.core.buffer.Buffer;

/** The bytes of a buffer where they lie, from {@code start} to before {@code end}; copied only where they must be. */
public record Bytes(byte[] array, int start, int end) {
    public static Bytes of(Buffer buffer) {
        ByteBuf buf = buffer.getByteBuf();
        if (buf.hasArray()) {
            int start = buf.arrayOffset() + buf.readerIndex();
            return new Bytes(buf.array(), start, start + buffer.length());
        }
        return new Bytes(buffer.getBytes(), 0, buffer.length());
    }

    public int length() {
        return end - start;
    }
}

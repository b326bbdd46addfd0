package dev.tollgate.gateway.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.compression.DecompressionException;
import io.netty.handler.codec.compression.ZlibCodecFactory;
import io.netty.handler.codec.compression.ZlibWrapper;
import io.vertx.core.Handler;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A provider's answer as its bytes come in, plain. Providers are asked not to compress what Tollgate must read; from those
 * that do so all the same the compression is taken off. Used on one event loop.
 */
public final class Answer {
    private final HttpClientResponse response;
    private final @Nullable EmbeddedChannel inflater;

    private Answer(HttpClientResponse response, @Nullable EmbeddedChannel inflater) {
        this.response = response;
        this.inflater = inflater;
    }

    /** The answer as it is. */
    public static Answer asIs(HttpClientResponse response) {
        return new Answer(response, null);
    }

    /** The answer without its compression, where that is a known one. */
    public static Answer inflated(HttpClientResponse response) {
        String encoding = response.getHeader(HttpHeaders.CONTENT_ENCODING);
        if (encoding == null) {
            return asIs(response);
        }
        return switch (encoding.toLowerCase(Locale.ROOT)) {
            case "gzip", "x-gzip" -> new Answer(response, inflater(ZlibWrapper.GZIP));
            case "deflate" -> new Answer(response, inflater(ZlibWrapper.ZLIB_OR_NONE));
            default -> asIs(response);
        };
    }

    public HttpClientResponse response() {
        return response;
    }

    /** Whether the bytes are others than the provider's, so that its encoding and length don't hold for them. */
    public boolean isInflated() {
        return inflater != null;
    }

    /** Whether the bytes can be read, compressed in no way. */
    public boolean isPlain() {
        return inflater != null || response.getHeader(HttpHeaders.CONTENT_ENCODING) == null;
    }

    /** Hands over the bytes; {@code onFailure} is told of a connection that broke and of compression that is none. */
    public void read(Handler<Buffer> onBytes, Runnable onEnd, Runnable onFailure) {
        EmbeddedChannel channel = inflater;
        response.exceptionHandler(_ -> {
            release();
            onFailure.run();
        });
        response.endHandler(_ -> {
            release();
            onEnd.run();
        });
        response.handler(
                channel == null
                        ? onBytes
                        : chunk -> {
                            try {
                                onBytes.handle(inflate(channel, chunk));
                            } catch (DecompressionException e) {
                                onFailure.run();
                            }
                        });
    }

    private static Buffer inflate(EmbeddedChannel channel, Buffer chunk) {
        channel.writeInbound(Unpooled.wrappedBuffer(chunk.getBytes()));
        Buffer plain = Buffer.buffer();
        ByteBuf part = channel.readInbound();
        while (part != null) {
            plain.appendBuffer(Buffer.buffer(part));
            part.release();
            part = channel.readInbound();
        }
        return plain;
    }

    private void release() {
        if (inflater != null) {
            inflater.finishAndReleaseAll();
        }
    }

    private static EmbeddedChannel inflater(ZlibWrapper wrapper) {
        return new EmbeddedChannel(ZlibCodecFactory.newZlibDecoder(wrapper));
    }
}

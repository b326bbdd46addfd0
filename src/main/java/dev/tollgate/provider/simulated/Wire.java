package dev.tollgate.provider.simulated;

import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;

/** The TCP connection under a request, for the faults that HTTP has no word for. */
final class Wire {
    private final Channel channel;

    Wire(HttpConnection connection) {
        this.channel = ((ConnectionBase) connection).channel();
    }

    /** Ends the connection with a RST: what is not sent yet is lost, and the peer reads an error. */
    void reset() {
        channel.config().setOption(ChannelOption.SO_LINGER, 0);
        close();
    }

    /** Ends the connection in good order, whatever was promised in headers. */
    void close() {
        var _ = channel.close();
    }

    /** Sends text past the HTTP codec. */
    void write(String text) {
        write(Buffer.buffer(text.getBytes(StandardCharsets.ISO_8859_1)));
    }

    void write(Buffer bytes) {
        // The first handler of the pipeline is the one next to the socket.
        var _ = channel.pipeline().firstContext().writeAndFlush(Unpooled.wrappedBuffer(bytes.getBytes()));
    }
}

package dev.tollgate.gateway.edge;

import io.netty.channel.Channel;
import io.netty.channel.SingleThreadEventLoop;
import io.netty.util.concurrent.EventExecutor;
import io.vertx.core.Vertx;
import io.vertx.core.net.SocketAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Predicate;

/**
 * Closes connections whose first request does not come. Vert.x tells of a plaintext connection only when its first head
 * is whole, which says whether it speaks HTTP/1.1 or HTTP/2, so those before that are found among the channels of the
 * event loop. Used on that loop alone.
 */
final class FirstHeads {
    private static final long TICK_MILLIS = 500;

    private final SingleThreadEventLoop loop;
    private final int port;
    private final long patienceNanos;
    private final Predicate<SocketAddress> hasBegun;
    private final LongSupplier nanoTime;
    private Map<Channel, Long> waitingSince = new IdentityHashMap<>();

    /**
     * Watches the event loop that it is called on.
     *
     * @param port the port whose connections are meant
     * @param patience how long a first head may take, to within half a second
     * @param hasBegun whether a client's connection is past its first head
     */
    FirstHeads(Vertx vertx, int port, Duration patience, Predicate<SocketAddress> hasBegun, LongSupplier nanoTime) {
        this.loop = current(vertx);
        this.port = port;
        this.patienceNanos = patience.toNanos();
        this.hasBegun = hasBegun;
        this.nanoTime = nanoTime;
        vertx.setPeriodic(TICK_MILLIS, _ -> closeLate());
    }

    private static SingleThreadEventLoop current(Vertx vertx) {
        for (EventExecutor executor : vertx.nettyEventLoopGroup()) {
            if (executor.inEventLoop()) {
                return (SingleThreadEventLoop) executor;
            }
        }
        throw new IllegalStateException("not on an event loop");
    }

    private void closeLate() {
        long now = nanoTime.getAsLong();
        Map<Channel, Long> stillWaiting = new IdentityHashMap<>();
        for (Iterator<Channel> channels = loop.registeredChannelsIterator(); channels.hasNext(); ) {
            Channel channel = channels.next();
            if (isOfClient(channel) && !hasBegun.test(address(channel))) {
                stillWaiting.put(channel, waitingSince.getOrDefault(channel, now));
            }
        }
        waitingSince = stillWaiting;
        stillWaiting.forEach((channel, since) -> {
            if (now - since >= patienceNanos) {
                var _ = channel.close();
            }
        });
    }

    private boolean isOfClient(Channel channel) {
        return channel.parent() != null
                && channel.localAddress() instanceof InetSocketAddress local
                && local.getPort() == port
                && channel.remoteAddress() != null;
    }

    private static SocketAddress address(Channel channel) {
        InetSocketAddress remote = (InetSocketAddress) channel.remoteAddress();
        return SocketAddress.inetSocketAddress(remote);
    }
}

package dev.tollgate.provider;

import dev.tollgate.net.Destinations;
import dev.tollgate.net.Destinations.Destination;
import io.vertx.core.Future;
import io.vertx.core.net.SocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * Finds the addresses of hosts that tenants have named, and refuses those that only insiders reach. The address that was
 * checked is the one that is connected to, so that another look at the name server can lead nowhere else; it holds for half
 * a minute. Safe for threads.
 */
public final class GuardedHosts {
    private static final Duration FRESH_FOR = Duration.ofSeconds(30);
    private static final int PATIENCE_SECONDS = 5;
    private static final int HOSTS_MAX = 10_000;

    private final Destinations destinations;
    private final LongSupplier nanoTime;
    private final Map<String, Found> found = new ConcurrentHashMap<>();

    private record Found(Destination destination, long atNanos) {}

    public GuardedHosts(Destinations destinations, LongSupplier nanoTime) {
        this.destinations = destinations;
        this.nanoTime = nanoTime;
    }

    /**
     * Where to connect to for a base URL. Fails with {@link Refused} where it may not be, and with
     * {@link Destinations.Unknown} or {@link java.util.concurrent.TimeoutException} where its host is not found.
     */
    public Future<SocketAddress> find(BaseUrl url) {
        return destination(url.hostName())
                .compose(destination -> url.tls() || destination.trusted()
                        ? Future.succeededFuture(SocketAddress.inetSocketAddress(
                                url.port(), destination.address().getHostAddress()))
                        : Future.failedFuture(new Refused("plain http would show the credential on its way (expected:"
                                + " https, or a host within TOLLGATE_TRUSTED_NETWORKS)")));
    }

    private Future<Destination> destination(String host) {
        Found known = found.get(host);
        if (known != null && nanoTime.getAsLong() - known.atNanos < FRESH_FOR.toNanos()) {
            return Future.succeededFuture(known.destination);
        }
        return destinations
                .find(host)
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .onSuccess(destination -> remember(host, destination))
                .recover(failure -> Future.failedFuture(
                        failure instanceof Destinations.Forbidden
                                ? new Refused(String.valueOf(failure.getMessage()))
                                : failure));
    }

    private void remember(String host, Destination destination) {
        if (found.size() >= HOSTS_MAX) {
            found.clear();
        }
        found.put(host, new Found(destination, nanoTime.getAsLong()));
    }

    /** It may not be connected to; the message says why, without an address. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}

package dev.tollgate.alerts;

import dev.tollgate.net.Destinations;
import dev.tollgate.net.Destinations.Destination;
import io.vertx.core.Future;
import java.util.concurrent.TimeUnit;

/** Says whether a receiver's URL may be posted to, and to which address: over TLS to anybody, else to trusted networks. */
public final class Receivers {
    private static final int PATIENCE_SECONDS = 5;

    private final Destinations destinations;

    public Receivers(Destinations destinations) {
        this.destinations = destinations;
    }

    /**
     * Where to connect to. Fails with {@link Refused} where it may not be posted to, and with
     * {@link Destinations.Unknown} or {@link java.util.concurrent.TimeoutException} where its host is not found.
     */
    public Future<Destination> find(SecretUrl url) {
        return destinations
                .find(url.host())
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .compose(destination -> url.isTls() || destination.trusted()
                        ? Future.succeededFuture(destination)
                        : Future.failedFuture(new Refused("plain http leaves the network (expected: https, or a host"
                                + " within TOLLGATE_TRUSTED_NETWORKS)")))
                .recover(failure -> Future.failedFuture(
                        failure instanceof Destinations.Forbidden
                                ? new Refused(String.valueOf(failure.getMessage()))
                                : failure));
    }

    /** It may not be posted to; the message says why, without an address. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }
}

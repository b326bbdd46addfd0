package dev.tollgate.net;

import dev.tollgate.net.AddressRules.Reach;
import io.vertx.core.Future;
import java.net.InetAddress;
import java.util.List;

/**
 * Finds the address of a host that somebody else has named, and refuses those that only insiders reach. Connect to the
 * address that comes back, not to the name: another look at the name server may find another address.
 */
public final class Destinations {
    private final AddressRules rules;
    private final Resolver resolver;

    /** Asks for all addresses of a name; an address in digits is its own. Fails where there are none. */
    public interface Resolver {
        Future<List<InetAddress>> resolve(String host);
    }

    /**
     * Where to connect to.
     *
     * @param trusted whether the operator trusts its network, so that plain HTTP is fine
     */
    public record Destination(InetAddress address, boolean trusted) {}

    public Destinations(AddressRules rules, Resolver resolver) {
        this.rules = rules;
        this.resolver = resolver;
    }

    /**
     * The address to connect to. Fails with {@link Forbidden} where one of the host's addresses is not for everybody, and
     * with {@link Unknown} where it has none.
     */
    public Future<Destination> find(String host) {
        return resolver.resolve(host)
                .recover(_ -> Future.failedFuture(new Unknown()))
                .map(addresses -> {
                    if (addresses.isEmpty()) {
                        throw new Unknown();
                    }
                    List<Reach> reaches =
                            addresses.stream().map(rules::reach).distinct().toList();
                    if (reaches.contains(Reach.INSIDE)) {
                        throw new Forbidden();
                    }
                    return new Destination(addresses.getFirst(), !reaches.contains(Reach.PUBLIC));
                });
    }

    /** The host is not for everybody. It does not say which address it has: the inside is nobody's business. */
    public static final class Forbidden extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Forbidden() {
            super("the host is on this machine or in a private network (expected: a public address, or one within"
                    + " TOLLGATE_TRUSTED_NETWORKS)");
        }
    }

    /** The host has no address. */
    public static final class Unknown extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unknown() {
            super("the host's name has no address");
        }
    }
}

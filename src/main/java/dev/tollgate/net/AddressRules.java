package dev.tollgate.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;

/**
 * Tells addresses that anybody may be sent to from those that only insiders reach: this machine, private networks, the
 * metadata services of clouds. An address of IPv4 within one of IPv6 (mapped, NAT64) is judged as what it leads to.
 * Networks that the operator trusts are exempt.
 */
public final class AddressRules {
    /** Of IANA's special-purpose registry, what is not reached globally; and metadata services beside those. */
    private static final List<Network> INSIDE_4 = networks(
            "0.0.0.0/8", // this network
            "10.0.0.0/8", // private
            "100.64.0.0/10", // shared, behind carriers; Alibaba's metadata is in it
            "127.0.0.0/8", // loopback
            "168.63.129.16/32", // Azure's host
            "169.254.0.0/16", // link-local; most clouds' metadata is in it
            "172.16.0.0/12", // private
            "192.0.0.0/24", // protocol assignments; Oracle's metadata is in it
            "192.0.2.0/24", // documentation
            "192.88.99.0/24", // relays of 6to4, withdrawn
            "192.168.0.0/16", // private
            "198.18.0.0/15", // benchmarks
            "198.51.100.0/24", // documentation
            "203.0.113.0/24", // documentation
            "224.0.0.0/3"); // multicast, reserved, broadcast

    /** All that is reached globally over IPv6 is in here… */
    private static final Network GLOBAL_6 = Network.parse("2000::/3");

    /** …but for these. */
    private static final List<Network> INSIDE_6 = networks(
            "2001::/23", // protocol assignments: Teredo, which leads to IPv4, benchmarks, ORCHID
            "2001:db8::/32", // documentation
            "2002::/16", // 6to4, which leads to IPv4
            "3fff::/20"); // documentation

    private static final List<Network> LEADING_TO_4 = networks(
            "64:ff9b::/96", // NAT64
            "::ffff:0:0:0/96"); // SIIT: IPv4 translated

    private final List<Network> trusted;

    public AddressRules(List<Network> trusted) {
        this.trusted = List.copyOf(trusted);
    }

    /** Who reaches an address. */
    public enum Reach {
        /** Everybody. */
        PUBLIC,

        /** Insiders; and the operator has said that it may be used. */
        TRUSTED,

        /** Insiders alone. */
        INSIDE
    }

    public Reach reach(InetAddress address) {
        if (isIn(trusted, address)) {
            return Reach.TRUSTED;
        }
        if (address instanceof Inet4Address) {
            return isIn(INSIDE_4, address) ? Reach.INSIDE : Reach.PUBLIC;
        }
        if (isIn(LEADING_TO_4, address)) {
            return reach(Address.of(address).embedded());
        }
        return GLOBAL_6.contains(address) && !isIn(INSIDE_6, address) ? Reach.PUBLIC : Reach.INSIDE;
    }

    private static boolean isIn(List<Network> networks, InetAddress address) {
        return networks.stream().anyMatch(network -> network.contains(address));
    }

    private static List<Network> networks(String... texts) {
        return Stream.of(texts).map(Network::parse).toList();
    }
}

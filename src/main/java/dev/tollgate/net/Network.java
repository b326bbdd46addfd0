package dev.tollgate.net;

import java.net.InetAddress;
import java.util.regex.Pattern;

/**
 * A range of addresses.
 *
 * @param first its first address, all bits after the prefix zero
 * @param prefix how many leading bits its addresses share
 */
public record Network(Address first, int prefix) {
    private static final Pattern FORM = Pattern.compile("([0-9a-fA-F:.]+)/(\\d{1,3})");

    public Network {
        if (prefix < 0 || prefix > first.bits()) {
            throw new IllegalArgumentException("prefix: " + prefix + " (expected: 0.." + first.bits() + ")");
        }
        if (!first.masked(prefix).equals(first)) {
            throw new IllegalArgumentException("network: " + first + "/" + prefix + " (expected: its first address, "
                    + first.masked(prefix) + ")");
        }
    }

    /** Reads {@code 10.0.0.0/8} or {@code fd00::/8}; nothing is asked of a name server. */
    public static Network parse(String text) {
        var form = FORM.matcher(text.strip());
        if (!form.matches()) {
            throw new IllegalArgumentException(
                    "network: " + text + " (expected: a CIDR, such as 10.0.0.0/8 or fd00::/8)");
        }
        return new Network(Address.parse(form.group(1)), Integer.parseInt(form.group(2)));
    }

    public boolean contains(InetAddress address) {
        Address asked = Address.of(address);
        return asked.bits() == first.bits() && asked.masked(prefix).equals(first);
    }

    @Override
    public String toString() {
        return first + "/" + prefix;
    }
}

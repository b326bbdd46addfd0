package dev.tollgate.net;

import java.math.BigInteger;
import java.net.InetAddress;
import java.net.UnknownHostException;

/**
 * The bits of an address.
 *
 * @param value the address as a number
 * @param bits how many it has: 32 or 128
 */
record Address(BigInteger value, int bits) {
    static Address of(InetAddress address) {
        byte[] bytes = address.getAddress();
        return new Address(new BigInteger(1, bytes), bytes.length * Byte.SIZE);
    }

    /** Reads an address, which must not be a name. */
    static Address parse(String literal) {
        try {
            return of(InetAddress.ofLiteral(literal));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException("address: " + literal + " (expected: an IPv4 or IPv6 address)", e);
        }
    }

    /** The same with all bits after the prefix zero. */
    Address masked(int prefix) {
        int rest = bits - prefix;
        return new Address(value.shiftRight(rest).shiftLeft(rest), bits);
    }

    /** The lowest 32 bits as an address of IPv4. */
    InetAddress embedded() {
        byte[] bytes = new byte[4];
        long low = value.longValue();
        for (int i = 0; i < bytes.length; i++) {
            bytes[i] = (byte) (low >>> (24 - Byte.SIZE * i));
        }
        return toInetAddress(bytes);
    }

    @Override
    public String toString() {
        byte[] all = new byte[bits / Byte.SIZE];
        byte[] significant = value.toByteArray();
        int length = Math.min(significant.length, all.length);
        System.arraycopy(significant, significant.length - length, all, all.length - length, length);
        return toInetAddress(all).getHostAddress();
    }

    private static InetAddress toInetAddress(byte[] bytes) {
        try {
            return InetAddress.getByAddress(bytes);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("4 and 16 bytes are addresses", e);
        }
    }
}

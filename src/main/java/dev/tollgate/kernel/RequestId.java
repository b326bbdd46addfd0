package dev.tollgate.kernel;

import java.util.HexFormat;
import java.util.UUID;

/**
 * The identity of one request: a UUID of version 7 (RFC 9562), so that ids sort by the millisecond they were made in.
 * Written as {@code req_} and 32 hexadecimal digits.
 */
public record RequestId(UUID uuid) {
    private static final String PREFIX = "req_";

    /** The golden ratio in 64 bits, whose multiples differ in many of them. */
    private static final long SPREAD = 0x9E37_79B9_7F4A_7C15L;

    /** The id of a request that began at {@code epochMillis} (48 bits), made unlike others by 74 of the random bits. */
    static RequestId of(long epochMillis, long randomHigh, long randomLow) {
        long high = (epochMillis << 16) | 0x7000L | (randomHigh & 0x0FFFL);
        long low = (randomLow & 0x3FFF_FFFF_FFFF_FFFFL) | 0x8000_0000_0000_0000L;
        return new RequestId(new UUID(high, low));
    }

    /** The lowest id of a millisecond: a bound for ranges of ids in time. */
    public static UUID lowestAt(long epochMillis) {
        return new UUID((epochMillis << 16) | 0x7000L, 0x8000_0000_0000_0000L);
    }

    /**
     * The id under which an attempt of this request is booked by itself: of the same millisecond, and always the same.
     *
     * @param number from 1 on
     */
    public RequestId ofAttempt(int number) {
        long unlike = (number * SPREAD) & 0x3FFF_FFFF_FFFF_FFFFL;
        return new RequestId(new UUID(uuid.getMostSignificantBits(), uuid.getLeastSignificantBits() ^ unlike));
    }

    /** When the request began, in milliseconds since 1970. */
    public long epochMillis() {
        return uuid.getMostSignificantBits() >>> 16;
    }

    @Override
    public String toString() {
        HexFormat hex = HexFormat.of();
        return PREFIX
                + hex.toHexDigits(uuid.getMostSignificantBits())
                + hex.toHexDigits(uuid.getLeastSignificantBits());
    }
}

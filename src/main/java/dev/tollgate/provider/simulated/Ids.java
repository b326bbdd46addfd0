package dev.tollgate.provider.simulated;

import java.util.HexFormat;

/**
 * Makes ids such as {@code chatcmpl-5f1c…}: unlike each other, and, because of the seed, unlike those of an earlier
 * run. Used by one thread.
 */
final class Ids {
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private long state;

    Ids(long seed) {
        this.state = mix(seed);
    }

    /** A prefix and 32 hexadecimal digits. */
    String next(String prefix) {
        HexFormat hex = HexFormat.of();
        return prefix + hex.toHexDigits(step()) + hex.toHexDigits(step());
    }

    private long step() {
        state += GOLDEN;
        return mix(state);
    }

    /** The finalizer of SplitMix64: a bijection, so that no two steps share an id. */
    static long mix(long value) {
        long mixed = (value ^ (value >>> 30)) * 0xbf58476d1ce4e5b9L;
        mixed = (mixed ^ (mixed >>> 27)) * 0x94d049bb133111ebL;
        return mixed ^ (mixed >>> 31);
    }
}

package dev.tollgate.cache.pg;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;

/**
 * Which keys may be stored: a Bloom filter in blocks of 64 bytes, so that a question reads one line of the processor's
 * cache. A key that was added is always found. One that was not is found by mistake in less than 0.5 % of the questions, as
 * long as no more keys were added than there is room for. Safe for threads.
 */
final class KeyFilter {
    private static final int WORDS = 8;
    private static final int BITS_PER_KEY = 16;
    private static final int KEYS_PER_BLOCK = WORDS * Long.SIZE / BITS_PER_KEY;

    /** Odd numbers, each of which picks a bit of its word (those of Parquet's split block filter). */
    private static final int[] SALTS = {
        0x47b6137b, 0x44974d91, 0x8824ad5b, 0xa2b7289d, 0x705495c7, 0x2df1424b, 0x9efc4947, 0x5c6bfb31
    };

    private static final VarHandle BITS = MethodHandles.arrayElementVarHandle(long[].class);

    private final long[] bits;

    /** @param keys that there is room for */
    KeyFilter(int keys) {
        bits = new long[Math.max(1, Math.ceilDiv(keys, KEYS_PER_BLOCK)) * WORDS];
    }

    /** How many bytes a filter with room for so many keys has. */
    static long bytesFor(int keys) {
        return Math.max(1, Math.ceilDiv(keys, KEYS_PER_BLOCK)) * (long) WORDS * Long.BYTES;
    }

    /** @param hash of the key, all of its bits even */
    void add(long hash) {
        int block = block(hash);
        for (int word = 0; word < WORDS; word++) {
            BITS.getAndBitwiseOr(bits, block + word, bit(hash, word));
        }
    }

    /** Whether the key may have been added; false says that it was not. */
    boolean mayHave(long hash) {
        int block = block(hash);
        for (int word = 0; word < WORDS; word++) {
            if (((long) BITS.getAcquire(bits, block + word) & bit(hash, word)) == 0) {
                return false;
            }
        }
        return true;
    }

    long bytes() {
        return (long) bits.length * Long.BYTES;
    }

    private int block(long hash) {
        return (int) (((hash >>> 32) * (bits.length / WORDS)) >>> 32) * WORDS;
    }

    private static long bit(long hash, int word) {
        return 1L << (((int) hash * SALTS[word]) >>> 26);
    }
}

package dev.tollgate.cache.inflight;

import org.jspecify.annotations.Nullable;

/**
 * Bytes in the order in which they came, and readers, each at its own place among them. What every reader has passed is
 * garbage, once nobody may begin at the start any more. Not safe for threads.
 */
final class Recording {
    private Chunk last = new Chunk(new byte[0]);
    private @Nullable Chunk start = last;
    private long length;

    private static final class Chunk {
        private final byte[] bytes;
        private @Nullable Chunk next;

        Chunk(byte[] bytes) {
            this.bytes = bytes;
        }
    }

    void add(byte[] bytes) {
        Chunk chunk = new Chunk(bytes);
        last.next = chunk;
        last = chunk;
        length += bytes.length;
    }

    /** How many bytes have come. */
    long length() {
        return length;
    }

    /** Keeps no more than what its readers have still to read; nobody can begin at the start from now on. */
    void forgetStart() {
        start = null;
    }

    /** A reader at the start; fails with {@link IllegalStateException} where that is forgotten. */
    Reader reader() {
        if (start == null) {
            throw new IllegalStateException("the start is not kept any more");
        }
        return new Reader(start);
    }

    final class Reader {
        private Chunk passed;
        private long read;

        private Reader(Chunk passed) {
            this.passed = passed;
        }

        /** How many bytes it has still to read of those that have come. */
        long behind() {
            return length - read;
        }

        /** What comes next, as it came or several pieces as one of {@code bytesMax} at most; null where there is no more. */
        byte @Nullable [] next(int bytesMax) {
            Chunk first = passed.next;
            if (first == null) {
                return null;
            }
            Chunk to = first;
            int bytes = first.bytes.length;
            for (Chunk more = to.next; more != null && more.bytes.length <= bytesMax - bytes; more = to.next) {
                bytes += more.bytes.length;
                to = more;
            }
            byte[] together = to == first ? first.bytes : joined(first, to, bytes);
            passed = to;
            read += bytes;
            return together;
        }

        private static byte[] joined(Chunk first, Chunk to, int length) {
            byte[] joined = new byte[length];
            int at = 0;
            Chunk chunk = first;
            while (chunk != null) {
                System.arraycopy(chunk.bytes, 0, joined, at, chunk.bytes.length);
                at += chunk.bytes.length;
                chunk = chunk == to ? null : chunk.next;
            }
            return joined;
        }
    }
}

package dev.tollgate.wire.json;

import java.util.Arrays;

/**
 * A JSON document without what stands inside its arrays. The answers of models that are too large to be held have their
 * bulk there, embeddings and images, and their usage beside it; so the outline of one that goes by in pieces is small,
 * and says what it cost. Used by one thread.
 */
public final class JsonOutline {
    private final int bytesMax;
    private byte[] kept = new byte[1024];
    private int length;
    private int arrays;
    private boolean inString;
    private boolean escaped;

    /** @param bytesMax how large the outline may be; one that would be larger is dropped */
    public JsonOutline(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    /** Takes the next bytes. The array is not kept. */
    public void feed(byte[] bytes, int start, int end) {
        int from = start;
        for (int at = start; at < end; at++) {
            byte b = bytes[at];
            if (inString) {
                inString = escaped || b != '"';
                escaped = !escaped && b == '\\';
            } else if (b == '"') {
                inString = true;
            } else if (b == '[' && arrays++ == 0) {
                keep(bytes, from, at + 1);
            } else if (b == ']' && arrays > 0 && --arrays == 0) {
                from = at;
            }
        }
        if (arrays == 0) {
            keep(bytes, from, end);
        }
    }

    /** What there is of it; empty where it is too large. */
    public byte[] toBytes() {
        return length > bytesMax ? new byte[0] : Arrays.copyOf(kept, length);
    }

    private void keep(byte[] bytes, int start, int end) {
        int added = end - start;
        if (length > bytesMax) {
            return;
        }
        if (added > bytesMax - length) {
            length = bytesMax + 1;
            kept = new byte[0];
            return;
        }
        if (length + added > kept.length) {
            kept = Arrays.copyOf(kept, Math.min(bytesMax, Math.max(2 * kept.length, length + added)));
        }
        System.arraycopy(bytes, start, kept, length, added);
        length += added;
    }
}

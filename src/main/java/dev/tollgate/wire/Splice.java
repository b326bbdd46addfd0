package dev.tollgate.wire;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Bytes with a few places replaced, without copying the rest: the body of a request as it came, except for what must
 * change. Edits don't overlap.
 */
public final class Splice {
    private final byte[] bytes;
    private final int from;
    private final int end;
    private final List<Edit> edits = new ArrayList<>(3);
    private int length;

    private record Edit(int start, int end, byte[] replacement) {}

    /** Takes the next run of bytes. */
    @FunctionalInterface
    public interface Sink {
        void accept(byte[] array, int offset, int length);
    }

    /** The bytes from {@code start} to before {@code end}, unchanged. */
    public Splice(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.from = start;
        this.end = end;
        this.length = end - start;
    }

    /** Replaces what lies from {@code start} to before {@code end} by text; an empty range inserts. */
    public Splice replace(int start, int end, String text) {
        byte[] replacement = text.getBytes(StandardCharsets.UTF_8);
        int place = edits.size();
        while (place > 0 && edits.get(place - 1).start > start) {
            place--;
        }
        edits.add(place, new Edit(start, end, replacement));
        length += replacement.length - (end - start);
        return this;
    }

    /** How many bytes {@link #writeTo} will hand over. */
    public int length() {
        return length;
    }

    /** Hands over every byte in order. */
    public void writeTo(Sink sink) {
        int at = from;
        for (Edit edit : edits) {
            if (edit.start > at) {
                sink.accept(bytes, at, edit.start - at);
            }
            if (edit.replacement.length > 0) {
                sink.accept(edit.replacement, 0, edit.replacement.length);
            }
            at = edit.end;
        }
        if (end > at) {
            sink.accept(bytes, at, end - at);
        }
    }

    /** Every byte in one new array. */
    public byte[] toBytes() {
        byte[] all = new byte[length];
        int[] at = {0};
        writeTo((array, offset, count) -> {
            System.arraycopy(array, offset, all, at[0], count);
            at[0] += count;
        });
        return all;
    }
}

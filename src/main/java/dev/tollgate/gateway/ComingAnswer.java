package dev.tollgate.gateway;

import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.List;

/** The bytes of a provider's answer as they come, up to a bound. */
final class ComingAnswer implements Exchange.AnswerWatch {
    private final int bytesMax;
    private final List<Buffer> chunks = new ArrayList<>();
    private int length;
    private boolean tooLarge;

    ComingAnswer(int bytesMax) {
        this.bytesMax = bytesMax;
    }

    @Override
    public void came(Buffer chunk) {
        if (tooLarge) {
            return;
        }
        tooLarge = chunk.length() > bytesMax - length;
        if (tooLarge) {
            chunks.clear();
        } else {
            chunks.add(chunk);
            length += chunk.length();
        }
    }

    @Override
    public void beginsAgain() {
        chunks.clear();
        length = 0;
        tooLarge = false;
    }

    /** Whether there is more of it than is kept. */
    boolean isTooLarge() {
        return tooLarge;
    }

    byte[] bytes() {
        byte[] bytes = new byte[length];
        int at = 0;
        for (Buffer chunk : chunks) {
            chunk.getBytes(bytes, at);
            at += chunk.length();
        }
        return bytes;
    }

    /** Where each chunk ends. */
    int[] ends() {
        int[] ends = new int[chunks.size()];
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += chunks.get(i).length();
            ends[i] = end;
        }
        return ends;
    }
}

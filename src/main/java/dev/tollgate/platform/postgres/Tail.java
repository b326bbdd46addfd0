package dev.tollgate.platform.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The last 8 KiB of a program's output: enough to say why it failed, however much it wrote. Safe for any thread. */
final class Tail {
    private static final int BYTES_MAX = 8 * 1024;

    private byte[] kept = new byte[0];

    synchronized void add(byte[] buffer, int length) {
        byte[] all = Arrays.copyOf(kept, kept.length + length);
        System.arraycopy(buffer, 0, all, kept.length, length);
        kept = all.length > BYTES_MAX ? Arrays.copyOfRange(all, all.length - BYTES_MAX, all.length) : all;
    }

    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8).strip();
    }
}

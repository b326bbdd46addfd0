package dev.tollgate.platform.postgres;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The last 8 KiB of a program's output: enough to say why it failed, however much it wrote. Safe for any thread. */
final class Tail {
    private static final int BYTES_MAX = 8 * 1024;
    private static final int LINES_SHOWN = 10;

    private byte[] kept = new byte[0];

    synchronized void add(byte[] buffer, int length) {
        byte[] all = Arrays.copyOf(kept, kept.length + length);
        System.arraycopy(buffer, 0, all, kept.length, length);
        kept = all.length > BYTES_MAX ? Arrays.copyOfRange(all, all.length - BYTES_MAX, all.length) : all;
    }

    /** The last ten lines, for showing to a person. */
    String lastLines() {
        List<String> lines = text().lines().toList();
        return String.join("\n", lines.subList(Math.max(0, lines.size() - LINES_SHOWN), lines.size()));
    }

    synchronized String text() {
        return new String(kept, StandardCharsets.UTF_8).strip();
    }
}

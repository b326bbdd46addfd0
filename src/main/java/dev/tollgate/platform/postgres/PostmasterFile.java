package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;

/**
 * {@code postmaster.pid}, which a running server keeps in its data: the first line is its process id, the eighth its
 * state. A killed server leaves it behind, so the process it names may be gone or be another program by now.
 */
record PostmasterFile(Path path) {
    private static final int STATE_LINE = 7;

    static PostmasterFile in(Path data) {
        return new PostmasterFile(data.resolve("postmaster.pid"));
    }

    /** The process id in it; empty without a file, or with one that is being written. */
    OptionalLong pid() {
        List<String> lines = lines();
        try {
            return lines.isEmpty()
                    ? OptionalLong.empty()
                    : OptionalLong.of(Long.parseLong(lines.getFirst().strip()));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /** Whether that very process says here that it accepts connections. */
    boolean saysReady(long pid) {
        List<String> lines = lines();
        return lines.size() > STATE_LINE
                && lines.getFirst().strip().equals(Long.toString(pid))
                && lines.get(STATE_LINE).strip().equals("ready");
    }

    private List<String> lines() {
        try {
            return Files.readAllLines(path, StandardCharsets.UTF_8);
        } catch (IOException e) {
            return List.of();
        }
    }
}

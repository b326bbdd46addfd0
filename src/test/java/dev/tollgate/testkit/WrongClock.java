package dev.tollgate.testkit;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/** A wall clock that is wrong for one process: a library that is loaded before the one of C. Needs Linux and {@code cc}. */
public final class WrongClock {
    private static final Path SOURCE = Path.of("src", "test", "c", "clock_off.c");
    private static final Path LIBRARY = Path.of("target", "it", "clock_off.so");

    private WrongClock() {}

    /** Puts the clock of a process off; the test is left out where no C compiler is there. */
    public static TollgateProcess.Setup offBy(Duration offset, TollgateProcess.Setup setup) {
        assumeTrue(Files.isExecutable(Path.of("/usr/bin/cc")), "no C compiler");
        try {
            Files.createDirectories(LIBRARY.getParent());
            int code = new ProcessBuilder("cc", "-shared", "-fPIC", "-o", LIBRARY.toString(), SOURCE.toString())
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (code != 0) {
                throw new IllegalStateException("cc ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return setup.with("LD_PRELOAD", LIBRARY.toAbsolutePath().toString())
                .with("CLOCK_OFF_SECONDS", Long.toString(offset.toSeconds()));
    }
}

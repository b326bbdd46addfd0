package dev.tollgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;

/** What the operating system does to a process, beside killing it. */
enum Signal {
    /** It stands still where it is, until it is told to go on. */
    STOP,
    CONT;

    void sendTo(long pid) {
        try {
            int code = new ProcessBuilder("kill", "-" + name(), Long.toString(pid))
                    .inheritIO()
                    .start()
                    .onExit()
                    .join()
                    .exitValue();
            if (code != 0) {
                throw new IllegalStateException("kill -" + name() + " " + pid + " ended with " + code);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tollgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The classes of a program as a JVM has prepared them. The first process that was to be ready and ends in order leaves them
 * for those after it, which start faster by a quarter.
 */
final class ClassArchive {
    private final Path shared;
    private final Path own;

    /**
     * @param jar the program; another one of it has another archive
     * @param folder of archives
     * @param process tells it from others that run at the same time
     */
    ClassArchive(Path jar, Path folder, String process) throws IOException {
        shared = folder.resolve("classes-" + Files.getLastModifiedTime(jar).toMillis() + ".jsa");
        own = folder.resolve(process + ".jsa");
    }

    /** What a process is to be started with that finds the classes, if they are there. */
    String using() {
        return Files.exists(shared) ? "-XX:SharedArchiveFile=" + shared : "-Xshare:auto";
    }

    /** The same of one that leaves them, if they are not there; its end takes longer then. */
    String usingOrMaking() {
        return Files.exists(shared) ? using() : "-XX:ArchiveClassesAtExit=" + own;
    }

    /** Leaves the classes for other processes; this one has ended in order. */
    void keep() {
        try {
            if (Files.exists(own)) {
                Files.move(own, shared, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

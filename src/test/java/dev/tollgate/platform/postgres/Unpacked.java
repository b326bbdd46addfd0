package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Data folders that have their PostgreSQL unpacked already, so that a test of something else need not wait for it. */
final class Unpacked {
    private static final Path SHARED = Path.of("target", "unpacked-postgres");

    private Unpacked() {}

    /** Unpacks once per build, then links the files: a program must lie in the data folder that it serves. */
    static synchronized Path into(Path dataFolder) throws IOException {
        PostgresPlatform platform = PostgresPlatform.current();
        PostgresBinaries shared = PostgresBinaries.in(DataFolder.prepare(SHARED), platform, step -> {});
        Path copy =
                DataFolder.prepare(dataFolder).path().resolve(shared.folder().getFileName());
        try (Stream<Path> all = Files.walk(shared.folder())) {
            all.forEach(path -> link(path, copy.resolve(shared.folder().relativize(path))));
        }
        return dataFolder;
    }

    private static void link(Path existing, Path copy) {
        try {
            if (Files.isSymbolicLink(existing)) {
                Files.createSymbolicLink(copy, Files.readSymbolicLink(existing));
            } else if (Files.isDirectory(existing)) {
                Files.createDirectory(copy);
            } else {
                Files.createLink(copy, existing);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package dev.tollgate.platform.postgres;

import dev.tollgate.testkit.JvmFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.SQLException;
import java.util.stream.Stream;

/** Data folders as earlier starts leave them, so that a test of something else need not wait for those. */
public final class Prepared {
    private static final Path SHARED = JvmFolder.of("prepared-postgres");

    private Prepared() {}

    /** PostgreSQL is unpacked. The files are links: a program must lie in the data folder that it serves. */
    public static synchronized Path unpacked(Path dataFolder) throws IOException {
        DataFolder shared = DataFolder.prepare(SHARED);
        Path binaries = PostgresBinaries.in(shared, PostgresPlatform.current(), step -> {})
                .folder();
        Path place = DataFolder.prepare(dataFolder).path().resolve(binaries.getFileName());
        copy(binaries, place, (file, copy) -> Files.createLink(copy, file));
        return dataFolder;
    }

    /** The same with a database that was stopped cleanly; its table {@code kept} has the text {@code a row}. */
    static synchronized Path withDatabase(Path dataFolder) throws IOException, SQLException {
        Path cluster = SHARED.resolve("postgres");
        if (!Files.exists(cluster.resolve("complete"))) {
            WholeFolder.remove(cluster);
            try (EmbeddedPostgres server = EmbeddedPostgres.start(SHARED, step -> {})) {
                Rows.execute(server, "CREATE TABLE kept AS SELECT 'a row' AS text");
            }
            Files.createFile(cluster.resolve("complete"));
        }
        unpacked(dataFolder);
        Files.createDirectory(dataFolder.resolve("postgres"));
        copy(cluster.resolve("18"), dataFolder.resolve("postgres/18"), Prepared::copyFile);
        return dataFolder;
    }

    @FunctionalInterface
    private interface Copying {
        void copy(Path file, Path copy) throws IOException;
    }

    private static void copyFile(Path file, Path copy) throws IOException {
        Files.copy(file, copy, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static void copy(Path from, Path to, Copying copying) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            all.forEach(path -> {
                try {
                    copyOne(path, to.resolve(from.relativize(path)), copying);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
    }

    private static void copyOne(Path path, Path copy, Copying copying) throws IOException {
        if (Files.isSymbolicLink(path)) {
            Files.createSymbolicLink(copy, Files.readSymbolicLink(path));
        } else if (Files.isDirectory(path)) {
            DataFolder.createPrivate(copy);
        } else {
            copying.copy(path, copy);
        }
    }
}

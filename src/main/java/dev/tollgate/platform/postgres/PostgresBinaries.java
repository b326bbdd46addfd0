package dev.tollgate.platform.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of PostgreSQL, unpacked once per data folder and version from the archive on the class path. */
record PostgresBinaries(Path folder) {
    /** The release in the archive; {@code pom.xml} names the artifact, a test holds the two together. */
    static final String VERSION = "18.6";

    static final int MAJOR_VERSION = 18;

    private static final Pattern FOLDER_NAME = Pattern.compile("postgres-\\d+\\.\\d+-(linux|darwin)-(x86_64|arm_64)");
    private static final Duration FLUSH_MAX = Duration.ofMinutes(5);
    private static final List<String> PROGRAMS = List.of("bin/initdb", "bin/postgres");

    /** The binaries in that data folder, unpacking them first when they are not there, whole. */
    static PostgresBinaries in(DataFolder data, PostgresPlatform platform, Consumer<String> progress)
            throws IOException {
        Path folder = data.path().resolve("postgres-" + VERSION + "-" + platform);
        PostgresBinaries binaries = new PostgresBinaries(folder);
        if (!binaries.areThere()) {
            progress.accept("unpacking PostgreSQL " + VERSION + " …");
            WholeFolder.remove(folder);
            WholeFolder.make(folder, place -> {
                unpack(platform, place);
                flush(place);
            });
        }
        removeOthers(data, folder);
        return binaries;
    }

    Path initdb() {
        return folder.resolve("bin/initdb");
    }

    Path postgres() {
        return folder.resolve("bin/postgres");
    }

    /** Whether a program lies in the binaries of any version in that data folder, and so is ours to stop. */
    static boolean contain(DataFolder data, Path program) {
        return program.startsWith(data.path())
                && program.getNameCount() > data.path().getNameCount()
                && FOLDER_NAME
                        .matcher(program.getName(data.path().getNameCount()).toString())
                        .matches();
    }

    private boolean areThere() {
        return PROGRAMS.stream().allMatch(program -> Files.isExecutable(folder.resolve(program)));
    }

    private static void removeOthers(DataFolder data, Path used) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(data.path(), "postgres-*")) {
            for (Path folder : folders) {
                if (!folder.equals(used)
                        && FOLDER_NAME.matcher(folder.getFileName().toString()).matches()) {
                    WholeFolder.remove(folder);
                }
            }
        }
    }

    private static void unpack(PostgresPlatform platform, Path place) throws IOException {
        try (InputStream archive = PostgresBinaries.class.getResourceAsStream(platform.archive())) {
            if (archive == null) {
                throw new EmbeddedPostgresFailure("This build of Tollgate has no PostgreSQL for " + platform
                        + ": it was built on another platform. Build it here, " + EmbeddedPostgresFailure.OR_YOUR_OWN
                        + ".");
            }
            try (TarArchiveInputStream tar =
                    new TarArchiveInputStream(new XZCompressorInputStream(new BufferedInputStream(archive)))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    unpack(tar, entry, place);
                }
            }
        }
    }

    private static void unpack(InputStream content, TarArchiveEntry entry, Path place) throws IOException {
        Path target = place.resolve(entry.getName()).normalize();
        if (!target.startsWith(place)) {
            throw new IOException("archive entry " + entry.getName() + " (expected: a path inside the archive)");
        }
        if (entry.isDirectory()) {
            Files.createDirectories(target);
            return;
        }
        Files.createDirectories(target.getParent());
        if (entry.isSymbolicLink()) {
            Files.createSymbolicLink(target, Path.of(entry.getLinkName()));
            return;
        }
        Files.copy(content, target);
        if ((entry.getMode() & 0100) != 0) {
            Files.setPosixFilePermissions(target, PosixFilePermissions.fromString("rwxr-xr-x"));
        }
    }

    /** One flush for the whole file system: a flush for each of a thousand files takes many times as long. */
    private static void flush(Path folder) throws IOException {
        if (!Command.run(List.of("sync", "-f", folder.toString()), folder, "", FLUSH_MAX)
                .succeeded()) {
            Command.run(List.of("sync"), folder, "", FLUSH_MAX);
        }
    }
}

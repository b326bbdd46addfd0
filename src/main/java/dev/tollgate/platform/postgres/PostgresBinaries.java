package dev.tollgate.platform.postgres;

import java.io.BufferedInputStream;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.Consumer;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/** The programs of PostgreSQL, unpacked once per data folder and version from the archive on the class path. */
record PostgresBinaries(Path folder) {
    /** The release in the archive; {@code pom.xml} names the artifact, a test holds the two together. */
    static final String VERSION = "18.6";

    static final int MAJOR_VERSION = 18;

    private static final Pattern FOLDER_NAME = Pattern.compile("postgres-\\d+\\.\\d+-(linux|darwin)-(x86_64|arm_64)");

    /** The binaries in that data folder, unpacking them first when they are not there, whole. */
    static PostgresBinaries in(DataFolder data, PostgresPlatform platform, Consumer<String> progress)
            throws IOException {
        Path folder = data.path().resolve("postgres-" + VERSION + "-" + platform);
        PostgresBinaries binaries = new PostgresBinaries(folder);
        if (!binaries.areWhole()) {
            progress.accept("unpacking PostgreSQL " + VERSION + " …");
            WholeFolder.remove(folder);
            WholeFolder.make(folder, place -> {
                unpack(platform, place);
                Files.writeString(mark(place), Long.toString(bytes(place)));
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

    /**
     * Compares the bytes in the folder with the number written after unpacking. A machine that loses its power may keep
     * the names of new files and lose what was in them; checking costs less than flushing a thousand files.
     */
    private boolean areWhole() throws IOException {
        return Files.exists(mark(folder)) && Files.readString(mark(folder)).equals(Long.toString(bytes(folder)));
    }

    private static Path mark(Path folder) {
        return folder.resolve("unpacked-bytes");
    }

    private static long bytes(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(file -> !file.equals(mark(folder)))
                    .map(Path::toFile)
                    .filter(File::isFile)
                    .mapToLong(File::length)
                    .sum();
        }
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
}

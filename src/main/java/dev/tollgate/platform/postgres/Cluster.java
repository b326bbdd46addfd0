package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.function.Consumer;

/** The stored databases of one server, and the password for them, in a folder named after the major version. */
record Cluster(Path folder) {
    static final String USER = "tollgate";
    static final String DATABASE = "tollgate";

    private static final Duration STEP_MAX = Duration.ofMinutes(5);
    private static final int PASSWORD_BYTES = 24;

    static Cluster in(DataFolder data) {
        return new Cluster(data.clusters().resolve(Integer.toString(PostgresBinaries.MAJOR_VERSION)));
    }

    /** Makes it if it is not there; refuses one of another major version instead of starting empty beside it. */
    void makeUnlessThere(PostgresBinaries binaries, LaunchPrefix prefix, Consumer<String> progress) throws IOException {
        if (Files.isDirectory(folder)) {
            refuseUnlessOurVersion();
            return;
        }
        refuseOtherVersions();
        progress.accept("making a database …");
        WholeFolder.make(folder, place -> new Cluster(place).make(binaries, prefix));
    }

    Path data() {
        return folder.resolve("data");
    }

    String password() throws IOException {
        try {
            return Files.readString(passwordFile()).strip();
        } catch (NoSuchFileException e) {
            throw new EmbeddedPostgresFailure(
                    passwordFile() + " is missing: it holds the password that was made with the database. Restore it"
                            + " from a backup.",
                    e);
        }
    }

    private Path passwordFile() {
        return folder.resolve("password");
    }

    private void make(PostgresBinaries binaries, LaunchPrefix prefix) throws IOException {
        writePassword();
        run(
                prefix,
                "",
                List.of(
                        binaries.initdb().toString(),
                        "--pgdata=" + data(),
                        "--username=" + USER,
                        "--pwfile=" + passwordFile(),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C",
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--no-instructions"));
        List<String> alone = new ArrayList<>(List.of(binaries.postgres().toString(), "--single", "-D", "" + data()));
        alone.addAll(PostgresSettings.DURABLE.arguments());
        alone.add("template1");
        run(prefix, "CREATE DATABASE " + DATABASE + "\n", alone);
    }

    private void run(LaunchPrefix prefix, String input, List<String> command) throws IOException {
        Command.Outcome outcome = Command.run(prefix.command(command), folder, input, STEP_MAX);
        // Alone, the server reports a failed statement but does not fail.
        if (!outcome.succeeded() || outcome.output().contains("ERROR:")) {
            throw new EmbeddedPostgresFailure("PostgreSQL cannot make a database in " + folder.getParent()
                    + ". It said:\n" + outcome.output() + "\nRemove the cause and start again, "
                    + EmbeddedPostgresFailure.OR_YOUR_OWN + ".");
        }
    }

    private void writePassword() throws IOException {
        byte[] random = new byte[PASSWORD_BYTES];
        new SecureRandom().nextBytes(random);
        Files.createFile(
                passwordFile(), PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        byte[] password = Base64.getUrlEncoder().withoutPadding().encode(random);
        Files.write(passwordFile(), password, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
    }

    private void refuseUnlessOurVersion() throws IOException {
        Path version = data().resolve("PG_VERSION");
        String made;
        try {
            made = Files.readString(version, StandardCharsets.UTF_8).strip();
        } catch (NoSuchFileException e) {
            throw new EmbeddedPostgresFailure(
                    folder + " is damaged: data/PG_VERSION is missing. Restore the folder from a backup, or move it"
                            + " away to start with an empty database.",
                    e);
        }
        if (!made.equals(Integer.toString(PostgresBinaries.MAJOR_VERSION))) {
            throw otherVersion(made);
        }
    }

    private void refuseOtherVersions() throws IOException {
        try (DirectoryStream<Path> others =
                Files.newDirectoryStream(folder.toAbsolutePath().getParent(), "[0-9]*")) {
            for (Path other : others) {
                if (Files.exists(other.resolve("data/PG_VERSION"))) {
                    throw otherVersion(String.valueOf(other.getFileName()));
                }
            }
        }
    }

    private EmbeddedPostgresFailure otherVersion(String made) {
        return new EmbeddedPostgresFailure("The database in " + folder.getParent() + " was made by PostgreSQL " + made
                + " (expected: " + PostgresBinaries.MAJOR_VERSION + ", which this Tollgate brings). Dump it with the"
                + " Tollgate that made it and restore it here, or set TOLLGATE_DATA to a new folder.");
    }
}

package dev.tollgate.platform;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The secrets that Tollgate made, in a file that only its owner can read: {@code secrets.env} in the data folder, lines
 * of {@code NAME=value} that a shell can source. Used by one thread.
 */
final class Secrets {
    static final String KEY = "TOLLGATE_KEY";
    static final String ADMIN_TOKEN = "TOLLGATE_ADMIN_TOKEN";
    static final String END_USER_SECRET = "TOLLGATE_END_USER_SECRET";
    static final String MASTER_KEY = "TOLLGATE_MASTER_KEY";

    private static final String OWNER_ONLY = "rw-------";

    private final Path file;

    Secrets(Path dataFolder) {
        this.file = dataFolder.resolve("secrets.env");
    }

    Path file() {
        return file;
    }

    @Nullable
    String get(String name) {
        return read().get(name);
    }

    /** Adds or replaces a secret. The file is replaced whole, so that a crash leaves the old or the new one. */
    void put(String name, String value) {
        Map<String, String> all = read();
        all.put(name, value);
        StringBuilder text =
                new StringBuilder("# Made by Tollgate. Whoever reads this file can spend and administer.\n");
        all.forEach((key, secret) -> text.append(key).append('=').append(secret).append('\n'));
        try {
            Files.createDirectories(file.getParent());
            Path next = file.resolveSibling("secrets.env.new");
            Files.deleteIfExists(next);
            Files.createFile(next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(OWNER_ONLY)));
            Files.writeString(next, text);
            Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private Map<String, String> read() {
        Map<String, String> secrets = new LinkedHashMap<>();
        if (!Files.exists(file)) {
            return secrets;
        }
        try {
            for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
                int equals = line.indexOf('=');
                if (equals > 0 && !line.startsWith("#")) {
                    secrets.put(line.substring(0, equals), line.substring(equals + 1));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return secrets;
    }
}

package dev.tollgate.platform;

import dev.tollgate.vault.MasterKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the master keys are: in the environment, in a file, or, beside the database that Tollgate brings along, in its
 * {@code secrets.env}. With a database of one's own none is made up: each replica would have another one.
 */
final class MasterKeys {
    private MasterKeys() {}

    /** The keys, of which the first seals; none where none is set. What is set wrongly is a {@link StartFailure}. */
    static List<MasterKey> find(TollgateConfig config, boolean embedded, RandomGenerator random) {
        if (config.masterKey().isPresent() && config.masterKeyFile().isPresent()) {
            throw new StartFailure("TOLLGATE_MASTER_KEY and TOLLGATE_MASTER_KEY_FILE are both set (expected: one).");
        }
        if (config.masterKey().isPresent()) {
            return parse("TOLLGATE_MASTER_KEY", config.masterKey().get());
        }
        if (config.masterKeyFile().isPresent()) {
            return parse("TOLLGATE_MASTER_KEY_FILE", read(config.masterKeyFile().get()));
        }
        return embedded ? List.of(kept(new Secrets(Path.of(config.data())), random)) : List.of();
    }

    private static MasterKey kept(Secrets secrets, RandomGenerator random) {
        String text = secrets.get(Secrets.MASTER_KEY);
        if (text == null) {
            text = MasterKey.generate(random);
            try {
                secrets.put(Secrets.MASTER_KEY, text);
            } catch (UncheckedIOException e) {
                throw new StartFailure("The master key can't be kept in " + secrets.file()
                        + ". Make it writable, or set TOLLGATE_MASTER_KEY.");
            }
        }
        return parse(secrets.file().toString(), text).getFirst();
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new StartFailure("TOLLGATE_MASTER_KEY_FILE can't be read: " + file);
        }
    }

    private static List<MasterKey> parse(String where, @Nullable String text) {
        try {
            List<MasterKey> keys = MasterKey.parse(String.valueOf(text));
            if (keys.isEmpty()) {
                throw new StartFailure(
                        where + " is empty (expected: 32 bytes, as 64 hexadecimal digits or in Base64).");
            }
            return keys;
        } catch (IllegalArgumentException e) {
            throw new StartFailure(where + ": " + e.getMessage());
        }
    }
}

package dev.tollgate.platform;

import dev.tollgate.vault.KeyService;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.MasterKey.Given;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Where the master keys are: in the environment, in a file, or, beside the database that Tollgate brings along, in its
 * {@code secrets.env}; bare, or wrapped by a key management service, which unwraps them. With a database of one's own none
 * is made up: each replica would have another one.
 */
final class MasterKeys {
    private static final String VARIABLE = "TOLLGATE_MASTER_KEY";
    private static final String FILE = "TOLLGATE_MASTER_KEY_FILE";

    private final Vertx vertx;
    private final @Nullable KeyService service;
    private final Duration patience;

    /**
     * @param service null where there is none
     * @param patience how long a service is waited for that can't be asked at present
     */
    MasterKeys(Vertx vertx, @Nullable KeyService service, Duration patience) {
        this.vertx = vertx;
        this.service = service;
        this.patience = patience;
    }

    /**
     * The keys, of which the first seals; none where none is set. What is set wrongly, or can't be unwrapped, is a
     * {@link StartFailure}. It waits, so that no event loop may call it.
     */
    List<MasterKey> find(TollgateConfig config, boolean embedded, RandomGenerator random) {
        if (config.masterKey().isPresent() && config.masterKeyFile().isPresent()) {
            throw new StartFailure(VARIABLE + " and " + FILE + " are both set (expected: one).");
        }
        if (config.masterKey().isPresent()) {
            return read(VARIABLE, config.masterKey().get());
        }
        if (config.masterKeyFile().isPresent()) {
            return read(FILE, text(config.masterKeyFile().get()));
        }
        return embedded ? List.of(kept(new Secrets(Path.of(config.data())), random)) : List.of();
    }

    private MasterKey kept(Secrets secrets, RandomGenerator random) {
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
        return read(secrets.file().toString(), text).getFirst();
    }

    private static String text(String file) {
        try {
            return Files.readString(Path.of(file));
        } catch (IOException e) {
            throw new StartFailure(FILE + " can't be read: " + file);
        }
    }

    /** @param where it stands, for people */
    List<MasterKey> read(String where, String text) {
        List<Given> given = Given.list(text);
        if (given.isEmpty()) {
            throw new StartFailure(where + " is empty (expected: 32 bytes, as 64 hexadecimal digits or in Base64).");
        }
        try {
            List<byte[]> keys = new ArrayList<>();
            for (Given each : given) {
                keys.add(each.isWrapped() ? unwrapped(where, each.text()) : each.bytes());
            }
            return MasterKey.of(keys);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(where + ": " + e.getMessage());
        }
    }

    private byte[] unwrapped(String where, String wrapped) {
        if (service == null) {
            throw new StartFailure(where + " has a key that a key management service has wrapped. Set"
                    + " TOLLGATE_KEY_SERVICE to where it can be unwrapped, such as"
                    + " https://vault.example.com:8200/v1/transit/keys/tollgate.");
        }
        try {
            return unwrapped(service, wrapped, System.nanoTime() + patience.toNanos())
                    .toCompletionStage()
                    .toCompletableFuture()
                    .join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof KeyService.Failure failure) {
                throw new StartFailure(
                        "The master key in " + where + " can't be unwrapped: " + failure.getMessage() + ".");
            }
            throw e;
        }
    }

    /** A service that starts at the same time is given a moment. */
    private Future<byte[]> unwrapped(KeyService asked, String wrapped, long untilNanos) {
        return asked.unwrap(wrapped)
                .recover(failure -> failure instanceof KeyService.Failure told
                                && told.isPassing()
                                && System.nanoTime() - untilNanos < 0
                        ? vertx.timer(1_000).compose(_ -> unwrapped(asked, wrapped, untilNanos))
                        : Future.failedFuture(failure));
    }
}

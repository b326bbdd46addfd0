package dev.tollgate.platform;

import dev.tollgate.provider.TrustedAuthorities;
import dev.tollgate.vault.KeyService;
import dev.tollgate.vault.Transit;
import dev.tollgate.vault.TransitKey;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Reads where master keys are unwrapped. */
final class KeyServiceConfig {
    private static final String SERVICE = "TOLLGATE_KEY_SERVICE";
    private static final String TOKEN = "TOLLGATE_KEY_SERVICE_TOKEN";
    private static final String TOKEN_FILE = "TOLLGATE_KEY_SERVICE_TOKEN_FILE";

    private KeyServiceConfig() {}

    /** The service, or null where none is set. */
    static @Nullable KeyService of(TollgateConfig config, Vertx vertx) {
        if (config.keyService().isEmpty()) {
            return null;
        }
        HttpClientOptions options = Transit.options();
        try {
            config.trustedCertificates().ifPresent(file -> options.setTrustOptions(TrustedAuthorities.systemAnd(file)));
        } catch (IllegalArgumentException e) {
            throw new StartFailure("TOLLGATE_TRUSTED_CERTIFICATES: " + e.getMessage());
        }
        return new Transit(
                vertx.createHttpClient(options), key(config.keyService().get()), token(config));
    }

    private static TransitKey key(String url) {
        try {
            return TransitKey.parse(url);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(SERVICE + ": " + e.getMessage());
        }
    }

    private static String token(TollgateConfig config) {
        if (config.keyServiceToken().isPresent() == config.keyServiceTokenFile().isPresent()) {
            throw new StartFailure(
                    SERVICE + " needs a token (expected: either " + TOKEN + " or " + TOKEN_FILE + " beside it).");
        }
        String token = config.keyServiceToken()
                .orElseGet(() -> file(config.keyServiceTokenFile().orElseThrow()))
                .strip();
        if (token.isEmpty() || !token.chars().allMatch(c -> c > ' ' && c < 127)) {
            throw new StartFailure(SERVICE + ": the token is empty, or none (expected: visible characters of ASCII).");
        }
        return token;
    }

    private static String file(String path) {
        try {
            return Files.readString(Path.of(path));
        } catch (IOException e) {
            throw new StartFailure(TOKEN_FILE + " can't be read: " + path);
        }
    }
}

package dev.tollgate.platform;

import dev.tollgate.access.AdminToken;
import dev.tollgate.admin.RootToken;
import dev.tollgate.tenancy.ApiKey;
import jakarta.inject.Singleton;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.random.RandomGenerator;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Tollgate's own secrets: those that the settings give, and those that it made at its first start and keeps. */
@Singleton
final class OwnSecrets {
    private static final Logger LOG = Logger.getLogger(OwnSecrets.class);
    private static final int END_USER_SECRET_MIN = 16;
    private static final int END_USER_SECRET_BYTES = 32;

    private final TollgateConfig config;
    private final RandomGenerator random;
    private final RootToken rootToken;
    private final Secrets kept;

    OwnSecrets(TollgateConfig config, RandomGenerator random, RootToken rootToken) {
        this.config = config;
        this.random = random;
        this.rootToken = rootToken;
        this.kept = new Secrets(Path.of(config.data()));
    }

    /** Lets the administrator in. */
    void prepare() {
        rootToken.set(adminToken());
    }

    /** What end users are hashed with; where it can't be kept, another one after a restart. */
    String endUserSecret() {
        String given = config.endUserSecret().orElse(null);
        if (given != null && given.length() < END_USER_SECRET_MIN) {
            throw new StartFailure("TOLLGATE_END_USER_SECRET is too short (expected: at least " + END_USER_SECRET_MIN
                    + " characters).");
        }
        String known = given != null ? given : kept.get(Secrets.END_USER_SECRET);
        if (known != null) {
            return known;
        }
        byte[] bytes = new byte[END_USER_SECRET_BYTES];
        random.nextBytes(bytes);
        String made = HexFormat.of().formatHex(bytes);
        try {
            kept.put(Secrets.END_USER_SECRET, made);
        } catch (UncheckedIOException e) {
            LOG.warnf("End users have other hashes after a restart, because %s can't be written", kept.file());
        }
        return made;
    }

    /** Keeps the key of the first organization, which is shown once. */
    void keep(ApiKey firstKey) {
        kept.put(Secrets.KEY, firstKey.reveal());
    }

    Path file() {
        return kept.file();
    }

    /** The file that has the first key, or null where another process made it. */
    @Nullable
    Path fileOfKey() {
        return kept.get(Secrets.KEY) == null ? null : kept.file();
    }

    private String adminToken() {
        String given = config.adminToken().orElse(null);
        String known = given != null ? given : kept.get(Secrets.ADMIN_TOKEN);
        if (known != null) {
            return known;
        }
        String made = AdminToken.generate(random).reveal();
        kept.put(Secrets.ADMIN_TOKEN, made);
        return made;
    }
}

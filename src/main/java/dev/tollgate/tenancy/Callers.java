package dev.tollgate.tenancy;

import java.security.MessageDigest;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Every key that is known, by its public id: an immutable snapshot that is replaced whole. */
public final class Callers {
    /** What is known of a key. */
    public record KnownKey(
            Caller caller,
            byte[] sha256,
            boolean enabled,
            @Nullable Instant expiresAt) {}

    /** What a key turned out to be. */
    public sealed interface Identity {
        record Known(Caller caller) implements Identity {}

        /** Nobody's; the reason may be told to whoever holds the key. */
        record Unknown(String reason) implements Identity {}
    }

    private static final Identity UNKNOWN = new Identity.Unknown("no such key");

    private final Map<String, KnownKey> keys;

    public Callers(Map<String, KnownKey> keys) {
        this.keys = Map.copyOf(keys);
    }

    /** Whose key this is at an instant. A wrong secret and a key that never was get the same answer. */
    public Identity identify(String text, Instant now) {
        ApiKey key = ApiKey.parse(text);
        if (key == null) {
            return new Identity.Unknown("it has not the form of a Tollgate key (expected: sk-tg-…)");
        }
        KnownKey known = keys.get(key.publicId());
        if (known == null || !MessageDigest.isEqual(known.sha256, key.sha256())) {
            return key.hasRightChecksum() ? UNKNOWN : new Identity.Unknown("it is mistyped or cut off");
        }
        if (!known.enabled) {
            return new Identity.Unknown("it is disabled");
        }
        if (known.expiresAt != null && !now.isBefore(known.expiresAt)) {
            return new Identity.Unknown("it expired at " + known.expiresAt);
        }
        return new Identity.Known(known.caller);
    }

    public int size() {
        return keys.size();
    }
}

package dev.tollgate.tenancy;

import java.time.Instant;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Every key that may be shown, by its public id. A look-up takes no lock. A key is replaced as one, together with what its
 * client and organization say, so that no request sees half of a change. Replaced by one thread, read by all.
 */
public final class Callers {
    /** What a key turned out to be. */
    public sealed interface Identity {
        record Known(Caller caller) implements Identity {}

        /** Nobody's; the reason may be told to whoever holds the key. */
        record Unknown(String reason) implements Identity {}

        /** One that could be a key, and none that is known: it never was, was revoked, or is too new to be known here. */
        record Unheard() implements Identity {}
    }

    private static final String ID_PREFIX = "key_";
    private static final Identity UNHEARD = new Identity.Unheard();

    private final Map<String, KnownKey> keys = new ConcurrentHashMap<>();

    /** Whose key this is at an instant. A wrong secret and a key that never was get the same answer. */
    public Identity identify(String text, Instant now) {
        ApiKey key = ApiKey.parse(text);
        if (key == null) {
            return new Identity.Unknown("it has not the form of a Tollgate key (expected: sk-tg-…)");
        }
        KnownKey known = keys.get(key.publicId());
        Identity identity = known == null ? null : known.identify(key.sha256(), now);
        if (identity != null) {
            return identity;
        }
        return key.hasRightChecksum() ? UNHEARD : new Identity.Unknown("it is mistyped or cut off");
    }

    /** Whose a key is at an instant, by its id {@code key_…}, as if its secret had been shown; null where it is not known. */
    public @Nullable Identity find(String keyId, Instant now) {
        KnownKey known = keyId.startsWith(ID_PREFIX) ? keys.get(keyId.substring(ID_PREFIX.length())) : null;
        return known == null ? null : known.at(now);
    }

    /** Puts what is known of a key in force. */
    public void replace(String publicId, KnownKey known) {
        keys.put(publicId, known);
    }

    /** Forgets a key that is nobody's for ever. */
    public void remove(String publicId) {
        keys.remove(publicId);
    }

    public int size() {
        return keys.size();
    }
}

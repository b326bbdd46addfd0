package dev.tollgate.vault;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.google.crypto.tink.Aead;
import com.google.crypto.tink.aead.KmsEnvelopeAead;
import com.google.crypto.tink.aead.PredefinedAeadParameters;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Seals secrets for the database: each under a data key of its own (AES-256-GCM), which is kept beside it, encrypted under
 * the master key. The text {@code sealed:1:<master key's id>:<Base64>} says what opens it. The first master key seals, all
 * of them open, so that one can follow another. Safe for threads.
 */
public final class Vault {
    private static final String PREFIX = "sealed:1:";

    private final Map<String, Aead> envelopes = new LinkedHashMap<>();
    private final @Nullable String current;

    /** @param keys the first seals; without any the vault is locked */
    public Vault(List<MasterKey> keys) {
        this.current = keys.isEmpty() ? null : keys.getFirst().id();
        for (MasterKey key : keys) {
            envelopes.put(key.id(), envelope(key));
        }
    }

    private static Aead envelope(MasterKey key) {
        try {
            return KmsEnvelopeAead.create(PredefinedAeadParameters.AES256_GCM, key.aead());
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink has AES-256-GCM", e);
        }
    }

    /** Whether there is no master key, so that nothing is sealed or opened. */
    public boolean isLocked() {
        return current == null;
    }

    /** The id of the master key that seals; empty where the vault is locked. */
    public Optional<String> currentKeyId() {
        return Optional.ofNullable(current);
    }

    public boolean hasKey(String id) {
        return envelopes.containsKey(id);
    }

    /** Seals a secret for its place. Fails with {@code vault_locked} where there is no master key. */
    public String seal(String place, String secret) {
        if (current == null) {
            throw new Problem(
                    ProblemCode.VAULT_LOCKED,
                    "There is no master key, so that nothing secret can be stored. Set TOLLGATE_MASTER_KEY or"
                            + " TOLLGATE_MASTER_KEY_FILE.");
        }
        try {
            byte[] sealed =
                    requireNonNull(envelopes.get(current)).encrypt(secret.getBytes(UTF_8), place.getBytes(UTF_8));
            return PREFIX + current + ":" + Base64.getEncoder().encodeToString(sealed);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("the master key " + current + " does not seal", e);
        }
    }

    /** Opens what was sealed for the place. Fails with {@link Unopenable}, which says why without quoting anything. */
    public String open(String place, String sealed) {
        String keyId = keyId(sealed).orElseThrow(() -> new Unopenable(place + " is not sealed"));
        Aead envelope = envelopes.get(keyId);
        if (envelope == null) {
            throw new Unopenable(place + " is sealed under the master key " + keyId + ", which is not given (expected:"
                    + " it among TOLLGATE_MASTER_KEY or TOLLGATE_MASTER_KEY_FILE)");
        }
        try {
            byte[] bytes = Base64.getDecoder().decode(sealed.substring(PREFIX.length() + keyId.length() + 1));
            return new String(envelope.decrypt(bytes, place.getBytes(UTF_8)), UTF_8);
        } catch (GeneralSecurityException | IllegalArgumentException _) {
            throw new Unopenable(place + " was changed, or was sealed for another place");
        }
    }

    /** Seals, but where the vault is locked leaves the secret as it is: for what was stored plainly before there was one. */
    public String sealIfPossible(String place, String secret) {
        return isLocked() ? secret : seal(place, secret);
    }

    /** Opens what is sealed, and answers what isn't as it is: the counterpart of {@link #sealIfPossible}. */
    public String openIfSealed(String place, String text) {
        return isSealed(text) ? open(place, text) : text;
    }

    public static boolean isSealed(String text) {
        return keyId(text).isPresent();
    }

    /** What everything begins with that is sealed under a master key. */
    public static String prefixOf(String keyId) {
        return PREFIX + keyId + ":";
    }

    private static Optional<String> keyId(String sealed) {
        int end = sealed.startsWith(PREFIX) ? sealed.indexOf(':', PREFIX.length()) : -1;
        return end < 0 ? Optional.empty() : Optional.of(sealed.substring(PREFIX.length(), end));
    }

    /** Something sealed that does not open. */
    public static final class Unopenable extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Unopenable(String message) {
            super(message);
        }
    }
}

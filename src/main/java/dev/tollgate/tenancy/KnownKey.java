package dev.tollgate.tenancy;

import dev.tollgate.tenancy.Callers.Identity;
import java.security.MessageDigest;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What is known of a key.
 *
 * @param sha256 of its secret
 * @param previous its secret before the last rotation, or null
 * @param identity whose it is, or why it is nobody's at present
 * @param expiresAt from when on it is nobody's, or null
 */
public record KnownKey(
        byte[] sha256,
        @Nullable PreviousSecret previous,
        Identity identity,
        @Nullable Instant expiresAt) {

    /** A secret that was replaced, and until when it is good beside its successor. */
    public record PreviousSecret(byte[] sha256, Instant expiresAt) {}

    /** What the key turns out to be at an instant with a secret, or null where the secret is not its own. */
    @Nullable
    Identity identify(byte[] shownSha256, Instant now) {
        if (!MessageDigest.isEqual(sha256, shownSha256)) {
            if (previous == null || !MessageDigest.isEqual(previous.sha256, shownSha256)) {
                return null;
            }
            if (!now.isBefore(previous.expiresAt)) {
                return new Identity.Unknown(
                        "it was rotated, and its former secret was good until " + previous.expiresAt);
            }
        }
        return at(now);
    }

    /** What the key turns out to be at an instant with its own secret. */
    Identity at(Instant now) {
        if (expiresAt != null && !now.isBefore(expiresAt) && identity instanceof Identity.Known) {
            return new Identity.Unknown("it expired at " + expiresAt);
        }
        return identity;
    }
}

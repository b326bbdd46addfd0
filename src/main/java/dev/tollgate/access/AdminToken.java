package dev.tollgate.access;

import dev.tollgate.kernel.Credential;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A token of administration as its holder has it: {@code tg-admin-<public id>-<secret><checksum>}. */
public final class AdminToken {
    public static final String PREFIX = "tg-admin-";

    private final Credential credential;

    private AdminToken(Credential credential) {
        this.credential = credential;
    }

    /** A new token. The generator must be cryptographically strong. */
    public static AdminToken generate(RandomGenerator random) {
        return new AdminToken(Credential.generate(PREFIX, random));
    }

    /** The token that somebody sent, or null where it has not the form of one, is mistyped or cut off. */
    public static @Nullable AdminToken parse(String text) {
        Credential credential = Credential.parse(PREFIX, text);
        return credential != null && credential.hasRightChecksum() ? new AdminToken(credential) : null;
    }

    /** {@code tok_…}: what names it. */
    public String id() {
        return "tok_" + credential.publicId();
    }

    /** What is stored of the token. */
    public byte[] sha256() {
        return credential.sha256();
    }

    /** The token itself, to be shown once. */
    public String reveal() {
        return credential.reveal();
    }

    /** Only the public part, so that a token never reaches a log by accident. */
    @Override
    public String toString() {
        return credential.toString();
    }
}

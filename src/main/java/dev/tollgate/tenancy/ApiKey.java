package dev.tollgate.tenancy;

import dev.tollgate.kernel.Credential;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** A key as its holder has it: {@code sk-tg-<public id>-<secret><checksum>}, a {@link Credential}. */
public final class ApiKey {
    public static final String PREFIX = "sk-tg-";

    private final Credential credential;

    private ApiKey(Credential credential) {
        this.credential = credential;
    }

    /** A new key. The generator must be cryptographically strong. */
    public static ApiKey generate(RandomGenerator random) {
        return renewed(newPublicId(random), random);
    }

    /** A key with another secret under a public id that there is already. */
    public static ApiKey renewed(String publicId, RandomGenerator random) {
        return new ApiKey(Credential.generate(PREFIX, publicId, random));
    }

    /** A new public id, as keys and organizations have one. */
    public static String newPublicId(RandomGenerator random) {
        return Credential.newPublicId(random);
    }

    /** The key that a caller sent, or null where the text has not the form of one. */
    public static @Nullable ApiKey parse(String text) {
        Credential credential = Credential.parse(PREFIX, text);
        return credential == null ? null : new ApiKey(credential);
    }

    /** Whether the checksum is right; a mistyped or cut key has a wrong one. */
    boolean hasRightChecksum() {
        return credential.hasRightChecksum();
    }

    public String publicId() {
        return credential.publicId();
    }

    /** What is stored of the key. */
    public byte[] sha256() {
        return credential.sha256();
    }

    /** The key itself, to be shown once. */
    public String reveal() {
        return credential.reveal();
    }

    /** Only the public part, so that a key never reaches a log by accident. */
    @Override
    public String toString() {
        return credential.toString();
    }
}

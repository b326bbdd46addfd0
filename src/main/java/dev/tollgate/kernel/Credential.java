package dev.tollgate.kernel;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A secret as its holder has it: {@code <prefix><public id>-<secret><checksum>}. The public id (12 characters) names it
 * in logs; the secret (32 characters of 62, about 190 bits) is known to the holder alone; the checksum (6 characters,
 * CRC-32 of all before it) lets scanners and typing errors be told from credentials without asking anyone. Only its
 * SHA-256 is stored, which suffices for a secret that can't be guessed.
 */
public final class Credential {
    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 6;

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(Credential::newSha256);

    private final String prefix;
    private final String text;

    private Credential(String prefix, String text) {
        this.prefix = prefix;
        this.text = text;
    }

    /** A new one. The generator must be cryptographically strong. */
    public static Credential generate(String prefix, RandomGenerator random) {
        return generate(prefix, newPublicId(random), random);
    }

    /** One with a new secret under a public id that there is already. */
    public static Credential generate(String prefix, String publicId, RandomGenerator random) {
        String body = prefix + publicId + '-' + text(ALPHABET, SECRET_LENGTH, random);
        return new Credential(prefix, body + checksum(body));
    }

    /** A new public id, as whatever is named by one has: {@code org_<public id>}. */
    public static String newPublicId(RandomGenerator random) {
        return text(ID_ALPHABET, ID_LENGTH, random);
    }

    /** What somebody sent, or null where the text has not the form of a credential with this prefix. */
    public static @Nullable Credential parse(String prefix, String text) {
        int dash = prefix.length() + ID_LENGTH;
        if (text.length() != dash + 1 + SECRET_LENGTH + CHECKSUM_LENGTH
                || !text.startsWith(prefix)
                || text.charAt(dash) != '-') {
            return null;
        }
        return new Credential(prefix, text);
    }

    /** Whether the checksum is right; what is mistyped or cut has a wrong one. */
    public boolean hasRightChecksum() {
        int bodyLength = text.length() - CHECKSUM_LENGTH;
        return text.substring(bodyLength).equals(checksum(text.substring(0, bodyLength)));
    }

    public String publicId() {
        return text.substring(prefix.length(), prefix.length() + ID_LENGTH);
    }

    /** What is stored of it. */
    public byte[] sha256() {
        return SHA_256.get().digest(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The credential itself, to be shown once. */
    public String reveal() {
        return text;
    }

    /** Only the public part, so that it never reaches a log by accident. */
    @Override
    public String toString() {
        return prefix + publicId() + "-…";
    }

    private static String text(String alphabet, int length, RandomGenerator random) {
        StringBuilder text = new StringBuilder(length);
        for (int i = 0; i < length; i++) {
            text.append(alphabet.charAt(random.nextInt(alphabet.length())));
        }
        return text.toString();
    }

    private static String checksum(String body) {
        CRC32 crc = new CRC32();
        crc.update(body.getBytes(StandardCharsets.ISO_8859_1));
        long rest = crc.getValue();
        char[] checksum = new char[CHECKSUM_LENGTH];
        for (int i = CHECKSUM_LENGTH - 1; i >= 0; i--) {
            checksum[i] = ALPHABET.charAt((int) (rest % ALPHABET.length()));
            rest /= ALPHABET.length();
        }
        return new String(checksum);
    }

    private static MessageDigest newSha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

package dev.tollgate.tenancy;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.random.RandomGenerator;
import java.util.zip.CRC32;
import org.jspecify.annotations.Nullable;

/**
 * A key as its holder has it: {@code sk-tg-<public id>-<secret><checksum>}. The public id (12 characters) names the key
 * in logs and limits; the secret (32 characters of 62, about 190 bits) is known to the holder alone; the checksum (6
 * characters, CRC-32 of all before it) lets scanners and typing errors be told from keys without asking anyone. Only its
 * SHA-256 is stored, which suffices for a secret that can't be guessed.
 */
public final class ApiKey {
    public static final String PREFIX = "sk-tg-";

    private static final String ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
    private static final String ID_ALPHABET = "0123456789abcdefghijklmnopqrstuvwxyz";
    private static final int ID_LENGTH = 12;
    private static final int SECRET_LENGTH = 32;
    private static final int CHECKSUM_LENGTH = 6;
    private static final int SECRET_START = PREFIX.length() + ID_LENGTH + 1;
    private static final int LENGTH = SECRET_START + SECRET_LENGTH + CHECKSUM_LENGTH;

    private static final ThreadLocal<MessageDigest> SHA_256 = ThreadLocal.withInitial(ApiKey::newSha256);

    private final String text;

    private ApiKey(String text) {
        this.text = text;
    }

    /** A new key. The generator must be cryptographically strong. */
    public static ApiKey generate(RandomGenerator random) {
        return renewed(newPublicId(random), random);
    }

    /** A key with another secret under a public id that there is already. */
    public static ApiKey renewed(String publicId, RandomGenerator random) {
        String body = PREFIX + publicId + '-' + text(ALPHABET, SECRET_LENGTH, random);
        return new ApiKey(body + checksum(body));
    }

    /** A new public id, as keys and organizations have one. */
    public static String newPublicId(RandomGenerator random) {
        return text(ID_ALPHABET, ID_LENGTH, random);
    }

    /** The key that a caller sent, or null where the text has not the form of one. */
    public static @Nullable ApiKey parse(String text) {
        if (text.length() != LENGTH || !text.startsWith(PREFIX) || text.charAt(SECRET_START - 1) != '-') {
            return null;
        }
        return new ApiKey(text);
    }

    /** Whether the checksum is right; a mistyped or cut key has a wrong one. */
    boolean hasRightChecksum() {
        int bodyLength = LENGTH - CHECKSUM_LENGTH;
        return text.substring(bodyLength).equals(checksum(text.substring(0, bodyLength)));
    }

    public String publicId() {
        return text.substring(PREFIX.length(), SECRET_START - 1);
    }

    /** What is stored of the key. */
    public byte[] sha256() {
        return SHA_256.get().digest(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** The key itself, to be shown once. */
    public String reveal() {
        return text;
    }

    /** Only the public part, so that a key never reaches a log by accident. */
    @Override
    public String toString() {
        return PREFIX + publicId() + "-…";
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

package dev.tollgate.vault;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.google.crypto.tink.AccessesPartialKey;
import com.google.crypto.tink.Aead;
import com.google.crypto.tink.InsecureSecretKeyAccess;
import com.google.crypto.tink.KeysetHandle;
import com.google.crypto.tink.RegistryConfiguration;
import com.google.crypto.tink.aead.AeadConfig;
import com.google.crypto.tink.aead.AesGcmKey;
import com.google.crypto.tink.aead.AesGcmParameters;
import com.google.crypto.tink.util.SecretBytes;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;
import java.util.regex.Pattern;

/**
 * The key that data keys are encrypted under. {@link Aead} is Tink's port to a key: one that is here in memory, or one of
 * a key management service that never leaves it ({@code KmsClient.getAead}), whose calls then block.
 *
 * @param id names the key beside what it has sealed, and tells nothing about it: letters, digits and dashes
 */
public record MasterKey(String id, Aead aead) {
    private static final int BYTES = 32;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BYTES = 16;
    private static final int ID_LENGTH = 16;
    private static final String ID_LABEL = "tollgate master key ";
    private static final Pattern ID = Pattern.compile("[A-Za-z0-9-]{1,64}");
    private static final Pattern SEPARATOR = Pattern.compile("[,\\s]+");

    public MasterKey {
        if (!ID.matcher(id).matches()) {
            throw new IllegalArgumentException("master key's id: " + id + " (expected: letters, digits and dashes)");
        }
    }

    /** The key of these 32 bytes, for AES-256-GCM. Its id is a hash, so that all who have the key call it the same. */
    @AccessesPartialKey
    public static MasterKey of(byte[] bytes) {
        if (bytes.length != BYTES) {
            throw new IllegalArgumentException(
                    "master key: " + bytes.length + " bytes (expected: 32, as 64 hexadecimal digits or in Base64)");
        }
        try {
            AeadConfig.register();
            AesGcmKey key = AesGcmKey.builder()
                    .setParameters(AesGcmParameters.builder()
                            .setKeySizeBytes(BYTES)
                            .setIvSizeBytes(NONCE_BYTES)
                            .setTagSizeBytes(TAG_BYTES)
                            .setVariant(AesGcmParameters.Variant.NO_PREFIX)
                            .build())
                    .setKeyBytes(SecretBytes.copyFrom(bytes, InsecureSecretKeyAccess.get()))
                    .build();
            KeysetHandle keyset = KeysetHandle.newBuilder()
                    .addEntry(KeysetHandle.importKey(key).withRandomId().makePrimary())
                    .build();
            return new MasterKey(idOf(bytes), keyset.getPrimitive(RegistryConfiguration.get(), Aead.class));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("Tink has AES-256-GCM", e);
        }
    }

    /** A key as it is given: bare, or as a key management service has wrapped it. */
    public record Given(String text) {
        private static final String WRAPPED = "vault:";

        /** Keys with commas or line breaks between them. */
        public static List<Given> list(String text) {
            return SEPARATOR
                    .splitAsStream(text.strip())
                    .filter(part -> !part.isEmpty())
                    .map(Given::new)
                    .toList();
        }

        public boolean isWrapped() {
            return text.startsWith(WRAPPED);
        }

        /** The bytes of a bare one. */
        public byte[] bytes() {
            return MasterKey.bytes(text);
        }

        /** Without the key. */
        @Override
        public String toString() {
            return isWrapped() ? "Given[wrapped]" : "Given[bare]";
        }
    }

    /** Reads bare keys with commas or line breaks between them. What is wrong is told without quoting any of it. */
    public static List<MasterKey> parse(String text) {
        return of(Given.list(text).stream().map(Given::bytes).toList());
    }

    /** The keys of these bytes, each once. */
    public static List<MasterKey> of(List<byte[]> all) {
        List<MasterKey> keys = all.stream().map(MasterKey::of).toList();
        if (keys.stream().map(MasterKey::id).distinct().count() < keys.size()) {
            throw new IllegalArgumentException("master keys: one is given twice");
        }
        return keys;
    }

    /** A new key, as {@link #parse} reads it. The generator must be cryptographically strong. */
    public static String generate(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private static byte[] bytes(String text) {
        try {
            return text.length() == 2 * BYTES
                    ? HexFormat.of().parseHex(text)
                    : Base64.getDecoder().decode(text.replace('-', '+').replace('_', '/'));
        } catch (IllegalArgumentException e) {
            // Without the cause, which quotes a part of it.
            throw new IllegalArgumentException("master key: expected: 32 bytes, as 64 hexadecimal digits or in Base64");
        }
    }

    private static String idOf(byte[] bytes) {
        try {
            MessageDigest sha256 = MessageDigest.getInstance("SHA-256");
            sha256.update(ID_LABEL.getBytes(UTF_8));
            return HexFormat.of().formatHex(sha256.digest(bytes)).substring(0, ID_LENGTH);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    /** Without the key. */
    @Override
    public String toString() {
        return "MasterKey[" + id + "]";
    }
}

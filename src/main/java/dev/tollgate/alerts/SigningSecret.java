package dev.tollgate.alerts;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.random.RandomGenerator;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** What a webhook's messages are signed with, in the form of Standard Webhooks: {@code whsec_} and Base64. */
public final class SigningSecret {
    private static final String PREFIX = "whsec_";
    private static final String ALGORITHM = "HmacSHA256";
    private static final int BYTES = 32;

    private final String text;

    private SigningSecret(String text) {
        this.text = text;
    }

    /** A new one. The generator must be cryptographically strong. */
    public static SigningSecret generate(RandomGenerator random) {
        byte[] bytes = new byte[BYTES];
        random.nextBytes(bytes);
        return new SigningSecret(PREFIX + Base64.getEncoder().encodeToString(bytes));
    }

    /** The one that {@link #reveal} told. */
    public static SigningSecret parse(String text) {
        if (!text.startsWith(PREFIX)) {
            throw new IllegalArgumentException("signing secret: expected: " + PREFIX + " and Base64");
        }
        return new SigningSecret(text);
    }

    /** {@code v1,} and the HMAC-SHA256 of a message's id, time and body, in Base64. */
    String sign(String id, long epochSeconds, String body) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(new SecretKeySpec(Base64.getDecoder().decode(text.substring(PREFIX.length())), ALGORITHM));
            byte[] signature = mac.doFinal((id + "." + epochSeconds + "." + body).getBytes(UTF_8));
            return "v1," + Base64.getEncoder().encodeToString(signature);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** The secret itself, to be stored, and to be shown once. */
    public String reveal() {
        return text;
    }

    /** Nothing of it. */
    @Override
    public String toString() {
        return PREFIX + "…";
    }
}

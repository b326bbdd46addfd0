package dev.tollgate.admin;

import dev.tollgate.tenancy.ApiKey;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.random.RandomGenerator;

/** The token of administration. Set once at start, compared in constant time. */
public final class AdminToken {
    private static final int WORDS = 3;

    private volatile byte[] token = new byte[0];

    /** A new token. The generator must be cryptographically strong. */
    public static String generate(RandomGenerator random) {
        StringBuilder token = new StringBuilder("tg-admin-");
        for (int i = 0; i < WORDS; i++) {
            token.append(ApiKey.newPublicId(random));
        }
        return token.toString();
    }

    public void set(String text) {
        token = text.getBytes(StandardCharsets.UTF_8);
    }

    boolean matches(String given) {
        byte[] expected = token;
        return expected.length > 0 && MessageDigest.isEqual(expected, given.getBytes(StandardCharsets.UTF_8));
    }
}

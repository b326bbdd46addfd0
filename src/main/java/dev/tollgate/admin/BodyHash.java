package dev.tollgate.admin;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** SHA-256 of a request's body, by which a repetition is told from another request. */
final class BodyHash {
    private BodyHash() {}

    static byte[] of(byte[] body) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(body);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }
}

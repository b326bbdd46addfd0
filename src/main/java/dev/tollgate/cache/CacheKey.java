package dev.tollgate.cache;

import java.util.Arrays;
import java.util.HexFormat;

/** What an answer is found by: who may share it, and what was asked. Two scopes never have the same key. Immutable. */
public final class CacheKey {
    /** Of SHA-256. */
    public static final int DIGEST_BYTES = 32;

    private final CacheScope scope;
    private final byte[] digest;

    /**
     * @param digest SHA-256 over what the request means, its scope included; not to be changed any more, fails with
     *     {@link IllegalArgumentException} where it has another length
     */
    public CacheKey(CacheScope scope, byte[] digest) {
        if (digest.length != DIGEST_BYTES) {
            throw new IllegalArgumentException("digest: " + digest.length + " bytes (expected: " + DIGEST_BYTES + ")");
        }
        this.scope = scope;
        this.digest = digest;
    }

    public CacheScope scope() {
        return scope;
    }

    /** The digest's own bytes, which nobody may change. */
    public byte[] digest() {
        return digest;
    }

    /** The digest in hexadecimal, as administration shows it. */
    public String hex() {
        return HexFormat.of().formatHex(digest);
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheKey key && Arrays.equals(digest, key.digest) && scope.equals(key.scope);
    }

    @Override
    public int hashCode() {
        return (digest[0] << 24 | (digest[1] & 0xff) << 16 | (digest[2] & 0xff) << 8 | (digest[3] & 0xff))
                ^ scope.hashCode();
    }

    @Override
    public String toString() {
        return scope + "#" + hex();
    }
}

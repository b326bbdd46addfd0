package dev.tollgate.access;

/**
 * What tells that a request was made before.
 *
 * @param key the {@code Idempotency-Key} that came with it
 * @param path where it was sent
 * @param hash SHA-256 of its body
 */
public record IdempotentRequest(String key, String path, byte[] hash) {}

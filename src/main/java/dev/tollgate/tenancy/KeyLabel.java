package dev.tollgate.tenancy;

import org.jspecify.annotations.Nullable;

/**
 * What a key is known by.
 *
 * @param name for people
 * @param owner who answers for it, or null
 * @param sha256 of its present secret
 */
public record KeyLabel(
        String organizationId, String name, @Nullable String owner, byte[] sha256) {}

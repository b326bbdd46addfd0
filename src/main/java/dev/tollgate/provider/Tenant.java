package dev.tollgate.provider;

import org.jspecify.annotations.Nullable;

/**
 * For whom an account is looked for.
 *
 * @param clientId the client that the caller's key is bound to, or null
 */
public record Tenant(String organizationId, @Nullable String clientId) {}

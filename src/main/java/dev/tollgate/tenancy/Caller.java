package dev.tollgate.tenancy;

/**
 * Who makes a request, resolved once from its key.
 *
 * @param organizationId the paying organization: {@code org_…}
 * @param keyId the key that was shown: {@code key_…}
 */
public record Caller(String organizationId, String keyId) {}

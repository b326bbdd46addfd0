package dev.tollgate.tenancy;

import org.jspecify.annotations.Nullable;

/**
 * A tenant of the platform; it pays.
 *
 * @param id {@code org_…}
 * @param tier its bundle of limits and defaults, or null
 * @param callerKeysAllowed whether its requests may go over provider keys of the callers
 */
public record Organization(
        String id, Profile profile, @Nullable String tier, boolean callerKeysAllowed, Stamps stamps) {}

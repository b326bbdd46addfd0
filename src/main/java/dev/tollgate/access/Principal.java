package dev.tollgate.access;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/**
 * Who administers, found out once from the token that was shown.
 *
 * @param id of the token: {@code tok_…}, or {@code root} for the one of the environment
 * @param name what the token was named
 * @param organizationId the one organization that it reaches, or null for all
 * @param remoteAddress where the request came from
 */
public record Principal(
        String id, String name, Role role, @Nullable String organizationId, String remoteAddress) {

    public Principal {
        if ((organizationId == null) != role.isPlatforms()) {
            throw new IllegalArgumentException(role + " of " + organizationId + " (expected: an organization for all"
                    + " roles but the platform's)");
        }
    }

    /** Whether every organization is in reach. */
    public boolean reachesAll() {
        return organizationId == null;
    }

    public boolean reaches(@Nullable String organization) {
        return organizationId == null || organizationId.equals(organization);
    }

    /** Refuses what belongs to an organization out of reach, as if it weren't there; null belongs to the platform. */
    public void mustReach(@Nullable String organization) {
        if (!reaches(organization)) {
            throw new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such object.");
        }
    }

    /**
     * The organization that a query is narrowed to: the one asked for, or the one in reach where none was asked for; null
     * is every organization. Fails with {@code object_not_found} for one out of reach.
     */
    public @Nullable String scope(@Nullable String asked) {
        if (asked == null) {
            return organizationId;
        }
        mustReach(asked);
        return asked;
    }
}

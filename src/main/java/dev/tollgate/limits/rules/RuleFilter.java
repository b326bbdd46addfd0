package dev.tollgate.limits.rules;

import dev.tollgate.limits.Scope;
import org.jspecify.annotations.Nullable;

/**
 * Which rules are asked for. What is null does not matter.
 *
 * @param organizationId whose rules
 */
public record RuleFilter(
        @Nullable String organizationId,
        Scope.@Nullable Owner owner,
        @Nullable String ownerId,
        @Nullable Boolean enabled,
        State state) {
    /** Whether rules that were archived are asked for. */
    public enum State {
        ACTIVE,
        ENDED,
        ALL
    }
}

package dev.tollgate.admin.limits;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.rules.RuleFilter;
import org.jspecify.annotations.Nullable;

/** Reads which rules a request asks for. */
final class RuleFilters {
    private RuleFilters() {}

    static RuleFilter read(
            @Nullable String organizationId,
            @Nullable String owner,
            @Nullable String ownerId,
            @Nullable String enabled,
            @Nullable String state) {
        return new RuleFilter(
                plain("organization_id", organizationId),
                owner == null ? null : Choice.of("owner", owner, Scope.Owner.class),
                plain("owner_id", ownerId),
                enabled == null ? null : truth(enabled),
                Choice.of("state", state, RuleFilter.State.class, RuleFilter.State.ACTIVE));
    }

    /** PostgreSQL's texts have no NUL. */
    static @Nullable String plain(String parameter, @Nullable String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, parameter + ": a text with U+0000 (expected: one without)", parameter);
        }
        return text;
    }

    private static boolean truth(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "enabled: neither of both (expected: true or false)", "enabled");
    }
}

package dev.tollgate.tenancy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Which tenants are asked for. What is null does not matter.
 *
 * @param tag the name of a tag that they have
 * @param tagValue the value that the tag has
 */
public record TenantFilter(
        @Nullable String organizationId,
        @Nullable String clientId,
        @Nullable Boolean enabled,
        @Nullable String namePrefix,
        @Nullable String tag,
        @Nullable String tagValue,
        State state) {
    /** Whether tenants that were archived or revoked are asked for. */
    public enum State {
        ACTIVE,
        ENDED,
        ALL
    }

    /**
     * Reads what a request asks for.
     *
     * @param tag {@code name} or {@code name:value}
     */
    public static TenantFilter read(
            @Nullable String organizationId,
            @Nullable String clientId,
            @Nullable String enabled,
            @Nullable String namePrefix,
            @Nullable String tag,
            @Nullable String state) {
        refuseNul("name_prefix", namePrefix);
        refuseNul("tag", tag);
        refuseNul("organization_id", organizationId);
        refuseNul("client_id", clientId);
        int colon = tag == null ? -1 : tag.indexOf(':');
        return new TenantFilter(
                organizationId,
                clientId,
                enabled == null ? null : truth(enabled),
                namePrefix,
                tag == null || colon < 0 ? tag : tag.substring(0, colon),
                tag == null || colon < 0 ? null : tag.substring(colon + 1),
                state == null ? State.ACTIVE : state(state));
    }

    /** PostgreSQL's texts have none. */
    private static void refuseNul(String parameter, @Nullable String text) {
        if (text != null && text.indexOf('\0') >= 0) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, parameter + ": a text with U+0000 (expected: one without)", parameter);
        }
    }

    private static boolean truth(String text) {
        if (text.equals("true") || text.equals("false")) {
            return text.equals("true");
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "enabled: neither of both (expected: true or false)", "enabled");
    }

    private static State state(String text) {
        return Arrays.stream(State.values())
                .filter(state -> state.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> new Problem(
                        ProblemCode.INVALID_VALUE, "state: none of these (expected: active, ended or all)", "state"));
    }
}

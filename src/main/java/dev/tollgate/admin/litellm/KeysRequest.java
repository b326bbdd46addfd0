package dev.tollgate.admin.litellm;

import com.fasterxml.jackson.annotation.JsonAnySetter;
import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.ProfileRules;
import java.util.List;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** The keys that are to be deleted. */
@Schema(example = """
        {"keys": ["b1946ac92492d2347c6235b4d2611184d3a5e1f0d4f1c2b3a49586776655443322"]}
        """)
public record KeysRequest(
        @Schema(description = "By themselves, their SHA-256 or `key_…`; at most 100.") @Nullable
        List<@Nullable String> keys,

        @Schema(description = "The same by their aliases; one of both.") @Nullable
        List<@Nullable String> keyAliases,

        @Schema(description = "Whose aliases are meant; by default the token's, or the only one that there is.")
        @Nullable
        String organizationId,

        @JsonAnySetter @Schema(hidden = true) @Nullable Map<String, @Nullable Object> others) {
    private static final int COUNT_MAX = 100;

    /** Which of both fields was given: {@code keys} or {@code key_aliases}. */
    String field() {
        return keys == null || keys.isEmpty() ? "key_aliases" : "keys";
    }

    /** The names in the field that was given, each once. */
    List<String> names() {
        boolean byKey = keys != null && !keys.isEmpty();
        boolean byAlias = keyAliases != null && !keyAliases.isEmpty();
        if (byKey == byAlias) {
            throw new Problem(
                    byKey ? ProblemCode.INVALID_VALUE : ProblemCode.MISSING_VALUE,
                    "keys: expected: keys, or key_aliases, and not both",
                    "keys");
        }
        List<@Nullable String> given = byKey ? keys : keyAliases;
        if (given == null || given.size() > COUNT_MAX || given.contains(null)) {
            throw new Problem(ProblemCode.INVALID_VALUE, field() + ": expected: 1 to " + COUNT_MAX + " texts", field());
        }
        return given.stream()
                .map(name -> Given.text(field(), name, ProfileRules.TEXT_LENGTH_MAX))
                .distinct()
                .toList();
    }
}

package dev.tollgate.admin.limits;

import dev.tollgate.limits.Scope;
import java.util.List;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** Whose requests a rule counts. */
@Schema(example = """
        {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab", "models": ["gpt-5*"], "feature": "chat",
         "tag": {"key": "team", "value": "search"}, "end_user": null, "per": ["end_user"]}
        """)
public record ScopeView(
        String owner,
        @Nullable String ownerId,
        @Nullable List<String> models,
        @Nullable String feature,
        @Nullable ScopeTag tag,
        @Nullable String endUser,
        List<String> per) {
    static ScopeView of(Scope scope) {
        return new ScopeView(
                scope.owner().label(),
                scope.ownerId().isEmpty() ? null : scope.ownerId(),
                scope.models() == null ? null : scope.models().written(),
                scope.feature(),
                scope.tagKey() == null ? null : new ScopeTag(scope.tagKey(), scope.tagValue()),
                scope.endUser(),
                scope.per().stream().map(Scope.Per::label).toList());
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.limits.Scope;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code /budget/new} makes: rules of an organization for each key that has a tag with the budget's id. As in LiteLLM
 * every key that is given the budget has a count of its own.
 */
final class SharedBudget {
    /** The tag of keys that names the budget that they were given. */
    static final String TAG = "budget_id";

    private SharedBudget() {}

    static Scope scope(String organizationId, String budgetId) {
        return new Scope(
                Scope.Owner.ORGANIZATION, organizationId, null, null, TAG, budgetId, null, List.of(Scope.Per.KEY));
    }

    /** The budget that a key was given, or null. */
    static @Nullable String of(Map<String, String> tags) {
        return tags.get(TAG);
    }
}

package dev.tollgate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.UsageLimit.Kind;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Which limits count a request because of where it goes. */
class RulesTest {
    private static UsageLimit limit(String id, Owner owner, String ownerId, @Nullable String model) {
        NamePatterns models = model == null ? null : NamePatterns.of(List.of(model));
        Scope scope = new Scope(owner, ownerId, models, null, null, null, null, List.of());
        return new UsageLimit(id, "", scope, Mode.HARD, Kind.REQUESTS, 1, 60, null);
    }

    private static final Rules<UsageLimit> RULES = Rules.of(List.of(
            limit("all", Owner.ORGANIZATION, "org_a", null),
            limit("route", Owner.ORGANIZATION, "org_a", "support-bot"),
            limit("model", Owner.KEY, "key_a", "gpt-4o*"),
            limit("other", Owner.KEY, "key_a", "o3"),
            limit("foreign", Owner.KEY, "key_b", "gpt-4o*"),
            limit("account", Owner.ACCOUNT, "acc_1", null),
            limit("account-model", Owner.ACCOUNT, "acc_1", "gpt-4o")));

    private static List<String> ofPlace(String asked, String account, @Nullable String run) {
        Traits traits = new Traits("org_a", null, "key_a", null, null, null, asked, Map.of());
        return RULES.ofPlace(account, run, traits).stream().map(UsageLimit::id).toList();
    }

    @Test
    void a_model_is_counted_under_the_name_that_is_run_where_it_is_not_counted_already() {
        assertThat(ofPlace("support-bot", "acc_2", "gpt-4o")).containsExactly("model");
        assertThat(ofPlace("gpt-4o", "acc_2", "gpt-4o")).isEmpty();
        assertThat(ofPlace("openai/gpt-4o", "acc_2", "gpt-4o")).isEmpty();
        assertThat(ofPlace("gpt-4o-mini", "acc_2", "gpt-4o"))
                .as("counted already")
                .isEmpty();
        assertThat(ofPlace("support-bot", "acc_2", null)).isEmpty();
    }

    @Test
    void an_account_counts_what_goes_over_it_by_either_name() {
        assertThat(ofPlace("support-bot", "acc_1", "gpt-4o"))
                .containsExactlyInAnyOrder("account", "account-model", "model");
        assertThat(ofPlace("gpt-4o", "acc_1", "gpt-4o")).containsExactly("account", "account-model");
        assertThat(ofPlace("support-bot", "acc_1", "gpt-5")).containsExactly("account");
    }
}

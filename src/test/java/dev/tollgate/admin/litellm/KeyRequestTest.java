package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.admin.Bodies;
import dev.tollgate.kernel.Problem;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.tenancy.Profile;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyRequestTest {
    private static final Instant NOW = Instant.parse("2026-02-18T12:00:00Z");
    private static final String ID = "key_4egcqyrdeul4";

    @Test
    void every_field_becomes_something() {
        KeyRequest request = request("""
                {"key_alias":"checkout","duration":"30d","models":["gpt-5*","gpt-4o"],"max_budget":0.1,"soft_budget":1e-9,
                 "budget_duration":"1mo","rpm_limit":60,"tpm_limit":1000,"max_parallel_requests":5,
                 "metadata":{"app":"shop"},"tags":["team:search"],"blocked":true,"budget_id":"free","user_id":"ann",
                 "team_id":"cli_x","organization_id":"org_x","aliases":{}}""");

        Profile profile = request.profile(ID, KeyRequest.fresh(ID), NOW);
        assertThat(profile.name()).isEqualTo("checkout");
        assertThat(profile.owner()).isEqualTo("ann");
        assertThat(profile.tags()).isEqualTo(Map.of("team", "search", "budget_id", "free"));
        assertThat(profile.metadata().getString("app")).isEqualTo("shop");
        assertThat(profile.enabled()).isFalse();
        assertThat(profile.expiresAt()).isEqualTo("2026-03-20T12:00:00Z");
        assertThat(profile.allowedModels()).containsExactly("gpt-5*", "gpt-4o");

        Wanted wanted = request.wanted();
        assertThat(wanted.amounts())
                .isEqualTo(Map.of(
                        MoneyField.MAX_BUDGET, Optional.of(100_000_000L), MoneyField.SOFT_BUDGET, Optional.of(1L)));
        assertThat(wanted.period()).contains(Period.Unit.MONTH);
        assertThat(wanted.limits())
                .isEqualTo(Map.of(
                        RateField.RPM_LIMIT, Optional.of(60L),
                        RateField.TPM_LIMIT, Optional.of(1_000L),
                        RateField.MAX_PARALLEL_REQUESTS, Optional.of(5L)));
    }

    @Test
    void what_is_left_out_stays_and_what_is_null_ends() {
        Profile was = request("""
                {"key_alias":"checkout","duration":"30d","models":["gpt-4o"],"metadata":{"a":1},"tags":["x"],
                 "budget_id":"free","user_id":"ann"}""").profile(ID, KeyRequest.fresh(ID), NOW);

        assertThat(request("{}").profile(ID, was, NOW)).isEqualTo(was);
        assertThat(request("{}").wanted()).isEqualTo(new Wanted(Map.of(), null, Map.of()));

        KeyRequest nothing = request("""
                {"key_alias":null,"duration":"-1","models":null,"metadata":null,"tags":null,"budget_id":null,
                 "user_id":null,"max_budget":null,"budget_duration":null,"rpm_limit":null}""");
        assertThat(nothing.profile(ID, was, NOW)).isEqualTo(KeyRequest.fresh(ID));
        assertThat(nothing.wanted().amounts()).isEqualTo(Map.of(MoneyField.MAX_BUDGET, Optional.empty()));
        assertThat(nothing.wanted().period()).isEmpty();
        assertThat(nothing.wanted().limits()).isEqualTo(Map.of(RateField.RPM_LIMIT, Optional.empty()));
    }

    @Test
    void tags_and_the_budget_are_changed_one_without_the_other() {
        Profile was = request("{\"tags\":[\"x\"],\"budget_id\":\"free\"}").profile(ID, KeyRequest.fresh(ID), NOW);
        assertThat(request("{\"tags\":[\"y\"]}").profile(ID, was, NOW).tags())
                .isEqualTo(Map.of("y", "", "budget_id", "free"));
        assertThat(request("{\"budget_id\":\"paid\"}").profile(ID, was, NOW).tags())
                .isEqualTo(Map.of("x", "", "budget_id", "paid"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {"[]", "['all-proxy-models']", "['all-team-models','gpt-4o']"})
    void all_models_are_no_restriction(String models) {
        assertThat(request("{\"models\":" + models.replace('\'', '"') + "}")
                        .profile(ID, KeyRequest.fresh(ID), NOW)
                        .allowedModels())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "key_alias | 'key_alias':''",
                "key_alias | 'key_alias':'a\\nb'",
                "models | 'models':[null]",
                "models[1] | 'models':['a','b*c']",
                "models | 'models':['a','a']",
                "user_id | 'user_id':' '",
                "budget_id | 'budget_id':''",
                "tags | 'tags':['a b']",
                "duration | 'duration':'soon'",
                "max_budget | 'max_budget':'12.5'",
                "max_budget | 'max_budget':-1",
                "soft_budget | 'soft_budget':0.0000000001",
                "budget_duration | 'max_budget':1,'budget_duration':'28d'",
                "rpm_limit | 'rpm_limit':-1",
                "tpm_limit | 'tpm_limit':1000000000001",
                "max_parallel_requests | 'max_parallel_requests':3000000000",
            })
    void what_is_none_is_refused_by_LiteLLMs_name(String field, String members) {
        KeyRequest request = request("{" + members.replace('\'', '"') + "}");
        assertThatThrownBy(() -> {
                    request.profile(ID, KeyRequest.fresh(ID), NOW);
                    request.wanted().mustHaveABudget(Ruleset.NONE);
                })
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(field))
                .hasMessageStartingWith(field + ": ");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "rpm_limit | 'rpm_limit':1.5",
                "rpm_limit | 'rpm_limit':'60'",
                "blocked | 'blocked':'yes'",
                "models | 'models':'gpt-4o'",
                "metadata | 'metadata':[]",
                "max_budget | 'max_budget':1,'max_budget':2",
            })
    void another_type_is_refused_by_LiteLLMs_name(String field, String members) {
        assertThatThrownBy(() -> request("{" + members.replace('\'', '"') + "}"))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(field));
    }

    @Test
    void a_duration_needs_a_budget_that_could_have_it() {
        assertThatThrownBy(
                        () -> request("{\"budget_duration\":\"1d\"}").wanted().mustHaveABudget(Ruleset.NONE))
                .hasMessageContaining("budget_duration: without a budget");
    }

    @Test
    void other_fields_are_kept_to_be_refused() {
        assertThat(request("{\"guardrails\":[\"x\"]}").others()).isEqualTo(Map.of("guardrails", List.of("x")));
    }

    private static KeyRequest request(String json) {
        return Bodies.read(json, KeyRequest.class);
    }
}

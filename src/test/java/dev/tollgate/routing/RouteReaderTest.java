package dev.tollgate.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.routing.when.Condition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteReaderTest {
    @Test
    void reads_names_strategies_candidates_and_conditions() {
        Route route = requireNonNull(Given.routes("""
                routes:
                  - name: support-bot
                    description: For the help page
                    strategy: weighted
                    candidates:
                      - {model: gpt-5.5, provider: openai, weight: 3, when: {tier: [scale], tools: false}}
                      - {route: cheap}
                  - {name: cheap, candidates: [{model: gpt-5-mini}]}
                """).find("support-bot"));
        assertThat(route.strategy()).isEqualTo(Strategy.WEIGHTED);
        assertThat(route.candidates().get(0).target()).isEqualTo(new Target.Model("openai", "gpt-5.5"));
        assertThat(route.candidates().get(0).weight()).isEqualTo(3);
        assertThat(route.candidates().get(0).when())
                .extracting(Condition::member)
                .containsExactly("tier", "tools");
        assertThat(route.candidates().get(1).target()).isEqualTo(new Target.Other("cheap"));
        assertThat(route.candidates().get(1).share()).isEqualTo(Route.NO_SHARE);
    }

    @Test
    void reads_how_tiers_are_routed() {
        TierRouting tier = requireNonNull(Given.routes("""
                tiers:
                  - tier: free
                    models: [gpt-5-mini, 'gpt-4o*']
                    default_model: gpt-5-mini
                    substitutes: [{for: ['gpt-5*'], use: gpt-5-mini}]
                    low_budget: [{below: 20, do: warn}, {below: 5, do: cap_output, tokens: 500}]
                """).tier("free"));
        assertThat(tier.allows("gpt-4o-mini")).isTrue();
        assertThat(tier.allows("openai/gpt-4o-mini")).isTrue();
        assertThat(tier.allows("gpt-5.5")).isFalse();
        assertThat(tier.substitute("gpt-5.5")).isEqualTo("gpt-5-mini");
        assertThat(tier.substitute("o3")).isNull();
        assertThat(tier.lowBudget())
                .containsExactly(
                        new LowBudget(20, new LowBudget.Action.Warn()),
                        new LowBudget(5, new LowBudget.Action.CapOutput(500)));
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {candidates: [{model: m}]}                                          | routes[0].name: missing
            {name: a/b, candidates: [{model: m}]}                               | routes[0]: name: not a name
            {name: a}                                                           | routes[0].candidates: missing
            {name: a, candidates: []}                                           | routes[0].candidates: 0 (expected: 1..50)
            {name: a, strategy: best, candidates: [{model: m}]}                 | routes[0].strategy: "best" (expected: in_order, weighted
            {name: a, candidates: [{model: m, route: b}]}                       | routes[0].candidates[0]: a route and a model
            {name: a, candidates: [{modle: m}]}                                 | routes[0].candidates[0].modle: unknown field
            {name: a, candidates: [{model: m, weight: 0}]}                      | routes[0].candidates[0].weight: 0 (expected: a whole number >= 1)
            {name: a, candidates: [{model: m, share: 101}]}                     | routes[0].candidates[0].share: 101 (expected: 1..100)
            {name: a, candidates: [{model: m}, {model: n, when: {tier: free}}]} | routes[0].candidates[1].when.tier: "free" (expected: a list
            {name: a, candidates: [{model: m, when: {mood: [good]}}]}           | routes[0].candidates[0].when.mood: unknown condition
            {name: a, candidates: [{model: m, when: {modality: [smell]}}]}      | routes[0].candidates[0].when.modality[0]: "smell" (expected: text
            {name: a, candidates: [{model: m, when: {tools: 'yes'}}]}           | routes[0].candidates[0].when.tools: "yes" (expected: true or false)
            {name: a, candidates: [{model: m, when: {hours: {from: '8'}}}]}     | routes[0].candidates[0].when.hours.from: "8" (expected: a time of day
            {name: a, candidates: [{model: m, when: {hours: {zone: Mars}}}]}    | routes[0].candidates[0].when.hours.zone: "Mars" (expected: a time zone
            {name: a, candidates: [{model: m, when: {prompt_bytes: {}}}]}       | routes[0].candidates[0].when.prompt_bytes: without bounds
            {name: a, candidates: [{model: m, when: {difficulty: {at_least: 9, below: 9}}}]} | routes[0].candidates[0].when.difficulty: nothing is at least 9 and below 9
            {name: a, candidates: [{model: m, when: {budget_left: {at_least: 101}}}]} | routes[0].candidates[0].when.budget_left: at_least: 101 (expected: at most 100)
            """)
    void names_the_place_of_what_it_does_not_understand(String route, String problem) {
        assertThatThrownBy(() -> Given.routes("routes: [" + route + "]"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(problem);
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            {tier: free, low_budget: [{below: 5, do: cap_output}]}       | tiers[0].low_budget[0].tokens: missing
            {tier: free, low_budget: [{below: 5, do: warn, tokens: 1}]}  | tiers[0].low_budget[0].tokens: only for cap_output
            {tier: free, low_budget: [{below: 5, do: panic}]}            | tiers[0].low_budget[0].do: "panic" (expected: warn
            {tier: free, models: []}                                     | tiers[0].models: empty
            """)
    void does_so_for_tiers(String tier, String problem) {
        assertThatThrownBy(() -> Given.routes("tiers: [" + tier + "]"))
                .isInstanceOf(IllegalArgumentException.class)
                .message()
                .startsWith(problem);
    }
}

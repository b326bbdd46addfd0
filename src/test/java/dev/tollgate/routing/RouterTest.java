package dev.tollgate.routing;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.routing.Considered.Verdict;
import dev.tollgate.routing.Given.NamedPlaces;
import dev.tollgate.routing.Given.Request;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RouterTest {
    private static final String ROUTES = """
            routes:
              - name: auto
                candidates:
                  - {model: large, when: {tier: [scale], prompt_bytes: {at_least: 500}}}
                  - {route: cheap, when: {budget_left: {below: 20}}}
                  - {model: medium}
                  - {route: cheap}
              - {name: cheap, candidates: [{model: small}, {model: medium}]}
            tiers:
              - tier: free
                models: [small]
                default_model: small
                substitutes: [{for: ['gpt*', auto], use: small}]
                low_budget: [{below: 10, do: prefer_cheaper}]
            """;

    private final Router router = new Router(new Random(7));
    private final NamedPlaces places = new NamedPlaces();

    private List<String> order(String yaml, String route, RequestTraits request) {
        Choice<String> choice = router.choose(Given.routes(yaml), route, request, places);
        assertThat(choice).isInstanceOf(Choice.Routed.class);
        return ((Choice.Routed<String>) choice).places();
    }

    private static String strategy(String strategy) {
        return "routes: [{name: r, strategy: " + strategy
                + ", candidates: [{model: a, weight: 1}, {model: b, weight: 3}, {model: c, weight: 6}]}]";
    }

    @Test
    void candidates_are_tried_in_their_order_where_their_conditions_hold() {
        assertThat(order(ROUTES, "auto", Request.plain())).containsExactly("medium", "small");
        assertThat(order(ROUTES, "auto", new Request().tier("scale").traits()))
                .containsExactly("large", "medium", "small");
        assertThat(order(ROUTES, "auto", new Request().budgetLeft(19).traits())).containsExactly("small", "medium");
    }

    @Test
    void what_is_closed_is_passed_over() {
        places.closed("medium", "its account is out of order");
        assertThat(order(ROUTES, "auto", Request.plain())).containsExactly("small");
    }

    @Test
    void what_is_down_comes_last_whatever_the_strategy_and_is_better_than_nothing() {
        places.costs("a", 1).costs("b", 2).costs("c", 3).down("a");
        for (String strategy : List.of("in_order", "weighted", "cheapest", "fastest", "least_loaded")) {
            assertThat(order(strategy(strategy), "r", Request.plain()))
                    .hasSize(3)
                    .last()
                    .isEqualTo("a");
        }
        places.down("b").down("c");
        assertThat(order(strategy("cheapest"), "r", Request.plain())).containsExactly("a", "b", "c");
    }

    @Test
    void a_route_of_which_nothing_is_open_leads_nowhere() {
        places.closed("medium", "no").closed("small", "no");
        assertThat(router.choose(Given.routes(ROUTES), "auto", Request.plain(), places))
                .isEqualTo(new Choice.Nowhere<>("auto"));
    }

    @Test
    void a_name_that_is_no_route_is_a_model() {
        assertThat(router.choose(Given.routes(ROUTES), "gpt-5", Request.plain(), places))
                .isEqualTo(new Choice.Direct<>("gpt-5"));
        assertThat(router.choose(Given.routes(ROUTES), null, Request.plain(), places))
                .isEqualTo(new Choice.Direct<>(null));
    }

    @Test
    void a_tier_gets_its_default_its_substitute_or_a_refusal() {
        Routes routes = Given.routes(ROUTES);
        RequestTraits free = new Request().tier("free").traits();
        assertThat(router.choose(routes, null, free, places)).isEqualTo(new Choice.Direct<>("small"));
        assertThat(router.choose(routes, "gpt-5", free, places)).isEqualTo(new Choice.Direct<>("small"));
        assertThat(router.choose(routes, "o3", free, places)).isEqualTo(new Choice.NotAllowed<>("free", "o3"));
        assertThat(router.choose(routes, "cheap", free, places))
                .isEqualTo(new Choice.Routed<>(
                        requireNonNull(routes.find("cheap")), List.of("small"), List.of("cheap.candidates[0]")));
    }

    @Test
    void a_route_of_which_a_tier_may_use_nothing_has_a_substitute_too() {
        Routes routes = Given.routes("""
                routes: [{name: auto, candidates: [{model: large}]}]
                tiers: [{tier: free, models: [small], substitutes: [{for: [auto], use: small}]}]
                """);
        RequestTraits free = new Request().tier("free").traits();
        assertThat(router.choose(routes, "auto", free, places)).isEqualTo(new Choice.Direct<>("small"));
    }

    @Test
    void the_cheapest_fastest_or_least_loaded_is_first_and_equal_ones_stay_in_order() {
        places.costs("a", 5).costs("b", 2).costs("c", 2);
        places.delays("a", 1).delays("b", 9).delays("c", 8);
        places.loads("a", 3).loads("b", 0).loads("c", 1);
        assertThat(order(strategy("cheapest"), "r", Request.plain())).containsExactly("b", "c", "a");
        assertThat(order(strategy("fastest"), "r", Request.plain())).containsExactly("a", "c", "b");
        assertThat(order(strategy("least_loaded"), "r", Request.plain())).containsExactly("b", "c", "a");
    }

    @Test
    void cheaper_ones_come_first_when_little_is_left_of_a_budget() {
        String yaml = """
                routes: [{name: r, candidates: [{model: dear}, {model: small}]}]
                tiers: [{tier: free, low_budget: [{below: 10, do: prefer_cheaper}]}]
                """;
        places.costs("dear", 9).costs("small", 1);
        assertThat(order(yaml, "r", new Request().tier("free").budgetLeft(10).traits()))
                .containsExactly("dear", "small");
        assertThat(order(yaml, "r", new Request().tier("free").budgetLeft(9).traits()))
                .containsExactly("small", "dear");
    }

    @Test
    void what_is_set_for_a_feature_comes_before_the_strategy() {
        places.costs("a", 5).costs("b", 2).costs("c", 9);
        places.delays("a", 8).delays("b", 9).delays("c", 1);
        assertThat(order(
                        strategy("in_order"),
                        "r",
                        new Request().prefers(Preference.PRICE).traits()))
                .containsExactly("b", "a", "c");
        assertThat(order(
                        strategy("in_order"),
                        "r",
                        new Request().prefers(Preference.LATENCY).traits()))
                .containsExactly("c", "a", "b");
    }

    @Test
    void what_a_tier_prefers_comes_after_what_is_set_for_a_feature() {
        String yaml = strategy("in_order") + "\ntiers: [{tier: free, prefer: price}]";
        places.costs("a", 5).costs("b", 2).costs("c", 9);
        places.delays("a", 8).delays("b", 9).delays("c", 1);
        assertThat(order(yaml, "r", new Request().tier("free").traits())).containsExactly("b", "a", "c");
        assertThat(order(yaml, "r", new Request().tier("scale").traits())).containsExactly("a", "b", "c");
        assertThat(order(
                        yaml,
                        "r",
                        new Request().tier("free").prefers(Preference.LATENCY).traits()))
                .containsExactly("c", "a", "b");
    }

    @Test
    void weighted_ones_are_first_as_often_as_their_weights_say() {
        Map<String, Integer> first = firsts(strategy("weighted"), /* sessions= */ false);
        // 10,000 draws of 10, 30 and 60 percent: standard deviations of 30, 46 and 49
        assertThat(first.get("a")).isBetween(850, 1_150);
        assertThat(first.get("b")).isBetween(2_750, 3_250);
        assertThat(first.get("c")).isBetween(5_750, 6_250);
    }

    @Test
    void sessions_stick_and_are_spread_by_weight() {
        for (int i = 0; i < 50; i++) {
            RequestTraits request = new Request().session("session " + i).traits();
            assertThat(order(strategy("sticky"), "r", request)).isEqualTo(order(strategy("sticky"), "r", request));
        }
        Map<String, Integer> first = firsts(strategy("sticky"), /* sessions= */ true);
        assertThat(first.get("a")).isBetween(850, 1_150);
        assertThat(first.get("c")).isBetween(5_750, 6_250);
    }

    @Test
    void a_session_moves_only_when_its_own_candidate_goes() {
        for (int i = 0; i < 200; i++) {
            RequestTraits request = new Request().session("session " + i).traits();
            List<String> all = order(strategy("sticky"), "r", request);
            NamedPlaces without = new NamedPlaces().closed("b", "gone");
            Choice<String> left = router.choose(Given.routes(strategy("sticky")), "r", request, without);
            List<String> expected =
                    all.stream().filter(model -> !model.equals("b")).toList();
            assertThat(((Choice.Routed<String>) left).places()).isEqualTo(expected);
        }
    }

    @Test
    void a_share_of_the_traffic_goes_to_the_candidate_that_has_it_and_the_rest_in_order() {
        String yaml =
                "routes: [{name: r, strategy: share, candidates: [{model: new, share: 5}, {model: a}, {model: b}]}]";
        Map<String, Integer> first = firsts(yaml, /* sessions= */ false);
        assertThat(first.get("new")).isBetween(400, 600); // 5 percent of 10,000: a standard deviation of 22
        assertThat(first).doesNotContainKey("b");
        places.closed("new", "gone");
        assertThat(firsts(yaml, /* sessions= */ false)).containsOnlyKeys("a");
    }

    private Map<String, Integer> firsts(String yaml, boolean sessions) {
        Routes routes = Given.routes(yaml);
        Map<String, Integer> first = new HashMap<>();
        for (int i = 0; i < 10_000; i++) {
            RequestTraits request =
                    new Request().session(sessions ? "s" + i : null).traits();
            Choice.Routed<String> choice = (Choice.Routed<String>) router.choose(routes, "r", request, places);
            first.merge(choice.places().getFirst(), 1, Integer::sum);
        }
        return first;
    }

    @Test
    void says_of_each_candidate_what_became_of_it() {
        places.closed("small", "its account is out of order");
        RequestTraits request = new Request().promptBytes(10).tier("scale").traits();
        assertThat(router.explain(Given.routes(ROUTES), "auto", request, places).considered())
                .containsExactly(
                        new Considered<>(
                                "auto.candidates[0]",
                                "large",
                                null,
                                new Verdict.PassedOver("when.prompt_bytes", "10 (expected: at least 500)")),
                        new Considered<>(
                                "auto.candidates[1]",
                                "route cheap",
                                null,
                                new Verdict.PassedOver("when.budget_left", "100 (expected: below 20)")),
                        new Considered<>("auto.candidates[2]", "medium", "medium", new Verdict.Taken(1)),
                        new Considered<>(
                                "auto.candidates[3] > cheap.candidates[0]",
                                "small",
                                "small",
                                new Verdict.PassedOver("target", "its account is out of order")),
                        new Considered<>(
                                "auto.candidates[3] > cheap.candidates[1]",
                                "medium",
                                "medium",
                                new Verdict.PassedOver("target", "has its turn already: 1")));
    }

    @Test
    void tells_of_each_place_which_candidate_led_there() {
        Choice.Routed<String> choice = (Choice.Routed<String>) router.choose(
                Given.routes(ROUTES), "auto", new Request().budgetLeft(19).traits(), places);
        assertThat(choice.at())
                .containsExactly(
                        "auto.candidates[1] > cheap.candidates[0]", "auto.candidates[1] > cheap.candidates[1]");
        assertThat(choice.route().version()).isEqualTo("1");
    }
}

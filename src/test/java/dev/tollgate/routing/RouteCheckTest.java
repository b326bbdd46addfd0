package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteCheckTest {
    /** Two providers that have the models m and n, and two tiers. */
    private static final Catalogue CATALOGUE = new Catalogue() {
        @Override
        public boolean hasProvider(String provider) {
            return Set.of("openai", "mistral").contains(provider);
        }

        @Override
        public boolean hasPrice(@Nullable String provider, String model) {
            return Set.of("m", "n").contains(model);
        }

        @Override
        public boolean hasAccount(String id, @Nullable String provider) {
            return id.equals("acc_1") && (provider == null || provider.equals("openai"));
        }

        @Override
        public boolean hasRegion(String region, @Nullable String provider) {
            return region.equals("eu") && (provider == null || provider.equals("openai"));
        }

        @Override
        public boolean hasTier(String tier) {
            return Set.of("free", "scale").contains(tier);
        }
    };

    private static List<String> wrong(String yaml) {
        return RouteCheck.of(
                Given.routes(yaml), CATALOGUE, name -> "route " + name + ".", tier -> "tier " + tier + ".");
    }

    @Test
    void finds_nothing_wrong_with_what_fits_together() {
        assertThat(wrong("""
                routes:
                  - name: a
                    candidates:
                      - {model: m, provider: openai, when: {tier: [scale]}}
                      - {model: m, provider: openai, account: acc_1}
                      - {model: m, region: eu}
                      - {model: m, provider: openai}
                      - {route: b}
                  - {name: b, strategy: share, candidates: [{model: n, share: 5}, {model: m}]}
                tiers:
                  - {tier: free, models: [n], default_model: b, substitutes: [{for: ['*'], use: openai/n}]}
                """)).isEmpty();
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', textBlock = """
            {name: a, candidates: [{route: b}]}                                  | route a.candidates[0].route: there is no route b
            {name: a, candidates: [{model: m, provider: acme}]}                  | route a.candidates[0].provider: there is no provider acme
            {name: a, candidates: [{model: m}, {model: x, provider: openai}]}    | route a.candidates[1].model: there is no price for openai/x
            {name: a, candidates: [{model: m, account: acc_2}]}                  | route a.candidates[0].account: there is no account acc_2
            {name: a, candidates: [{model: m, provider: mistral, account: acc_1}]} | route a.candidates[0].account: there is no account acc_1 at mistral
            {name: a, candidates: [{model: m, region: us}]}                      | route a.candidates[0].region: no account has the region us
            {name: a, candidates: [{model: m, provider: mistral, region: eu}]}   | route a.candidates[0].region: no account at mistral has the region eu
            {name: a, candidates: [{model: m, when: {tier: [gold]}}]}            | route a.candidates[0].when.tier: there is no tier gold
            {name: a, candidates: [{route: a}]}                                  | route a.candidates[0].route: a circle, because a leads back here
            {name: a, candidates: [{model: m, share: 5}]}                        | route a.candidates[0].share: only with strategy share
            {name: a, candidates: [{model: m}, {model: m, when: {tools: true}}]} | route a.candidates[1]: can't be reached, because candidates[0] leads to the same for all requests that this one is for
            {name: a, strategy: share, candidates: [{model: m, share: 60}, {model: n, share: 60}]} | route a.candidates: their shares are 120 percent (expected: at most 100)
            """)
    void names_the_place_of_what_does_not(String route, String problem) {
        assertThat(wrong("routes: [" + route + "]")).containsExactly(problem);
    }

    @Test
    void tells_a_circle_once() {
        assertThat(wrong("""
                routes:
                  - {name: a, candidates: [{route: b}]}
                  - {name: b, candidates: [{route: c}, {model: m}]}
                  - {name: c, candidates: [{route: a}]}
                """)).containsExactly("route c.candidates[0].route: a circle, because a leads back here");
    }

    @Test
    void tells_everything_that_is_wrong() {
        assertThat(wrong("""
                routes:
                  - {name: a, candidates: [{route: z}, {model: x}]}
                tiers:
                  - {tier: gold, models: [m], default_model: n}
                """))
                .containsExactly(
                        "route a.candidates[0].route: there is no route z",
                        "route a.candidates[1].model: there is no price for x",
                        "tier gold.tier: there is no tier gold",
                        "tier gold.default_model: n is not one of the tier's models");
    }

    @Test
    void bounds_how_much_stands_behind_a_route() {
        StringBuilder yaml = new StringBuilder("routes:\n");
        for (int i = 1; i <= Route.DEPTH_MAX; i++) {
            yaml.append("  - {name: r")
                    .append(i)
                    .append(", candidates: [{route: r")
                    .append(i + 1)
                    .append("}]}\n");
        }
        String last = "  - {name: r" + (Route.DEPTH_MAX + 1) + ", candidates: [{model: m}]}\n";
        assertThat(wrong(yaml + last))
                .singleElement()
                .asString()
                .startsWith("route r1.candidates: too much stands behind them");
    }

    @Test
    void a_wider_condition_covers_a_narrower_one_and_not_the_other_way() {
        String wideFirst =
                "{name: a, candidates: [{model: m, when: {prompt_bytes: {below: 9}}}, {model: m, when: {prompt_bytes: {below: 5}, tools: true}}]}";
        String narrowFirst =
                "{name: a, candidates: [{model: m, when: {prompt_bytes: {below: 5}}}, {model: m, when: {prompt_bytes: {below: 9}}}]}";
        assertThat(wrong("routes: [" + wideFirst + "]")).hasSize(1);
        assertThat(wrong("routes: [" + narrowFirst + "]")).isEmpty();
    }
}

package dev.tollgate.platform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.RoutingKind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TollgateYamlTest {
    private static final String PRICES = """
            version: 1
            prices:
              - provider: openai
                currency: USD
                version: ours
                source: our contract
                models:
                  - {model: house-model, unverified: true, standard: {input: "0", output: "2.50"}}
            """;

    @TempDir
    Path folder;

    @Test
    void declares_prices() throws IOException {
        TollgateYaml yaml = TollgateYaml.read("t.yaml", PRICES);

        assertThat(yaml.prices()).singleElement().satisfies(file -> {
            assertThat(file.version()).isEqualTo("openai/ours");
            assertThat(file.models()).singleElement().hasToString("house-model of openai/ours");
        });
    }

    @Test
    void declares_routes_and_how_tiers_are_routed() throws IOException {
        TollgateYaml yaml = TollgateYaml.read("t.yaml", """
                version: 1
                routes:
                  - {name: auto, candidates: [{model: gpt-5}]}
                tiers:
                  - {tier: starter, models: [gpt-5]}
                """);

        assertThat(yaml.routing().routes().find("auto")).isNotNull();
        assertThat(yaml.routing().routes().tier("starter")).isNotNull();
        Declaration.Item route = requireNonNull(yaml.routing().find(RoutingKind.ROUTE, "auto"));
        assertThat(route.place()).isEqualTo("t.yaml: routes[0]");
        assertThat(route.definition().encode()).isEqualTo("{\"candidates\":[{\"model\":\"gpt-5\"}]}");
    }

    @Test
    void may_declare_nothing() throws IOException {
        assertThat(TollgateYaml.read("t.yaml", "version: 1")).satisfies(yaml -> {
            assertThat(yaml.prices()).isEmpty();
            assertThat(yaml.routing().routes().isEmpty()).isTrue();
        });
    }

    @ParameterizedTest(name = "{0}: {1}")
    @CsvSource(delimiter = '|', textBlock = """
            ''                            | t.yaml: not a mapping
            - version                     | t.yaml: not a mapping
            prices: []                    | t.yaml: version:
            version: 2                    | t.yaml: version: 2 (expected: 1)
            version: "1"                  | t.yaml: version: "1" (expected: 1)
            {version: 1, price: []}       | t.yaml: price: unknown (expected: version, prices, routes or tiers)
            {version: 1, prices: {}}      | t.yaml: prices: not a list
            {version: 1, version: 1}      | t.yaml: not valid YAML:
            {version: 1                   | t.yaml: not valid YAML:
            {version: 1, prices: [{a: 1}]} | t.yaml: prices[0]:
            {version: 1, routes: {}}      | t.yaml: routes: an object (expected: a list
            {version: 1, routes: [{name: a, candidates: [{model: m, when: {tier: x}}]}]} | t.yaml: routes[0].candidates[0].when.tier: "x" (expected: a list
            {version: 1, routes: [{name: a, candidates: [{model: m}]}, {name: a, candidates: [{model: m}]}]} | t.yaml: routes
            {version: 1, tiers: [{models: [m]}]} | t.yaml: tiers[0].tier: missing
            """)
    void is_refused_with_the_place_of_what_is_not_understood(String text, String complaint) {
        assertThatThrownBy(() -> TollgateYaml.read("t.yaml", text))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith(complaint);
    }

    @Test
    void names_the_place_of_a_price_that_is_none() {
        assertThatThrownBy(() -> TollgateYaml.read("t.yaml", PRICES.replace("\"2.50\"", "2.50")))
                .isInstanceOf(StartFailure.class)
                .hasMessageStartingWith("t.yaml: prices[0]: models[0].standard.output: 2.5");
    }

    @Test
    void must_be_there() {
        assertThatThrownBy(() -> TollgateYaml.read(folder.resolve("none.yaml")))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("none.yaml: there is no such file (TOLLGATE_CONFIG names it)");
    }

    @Test
    void is_read_from_its_file() throws IOException {
        Path file = Files.writeString(folder.resolve("tollgate.yaml"), PRICES);

        assertThat(TollgateYaml.read(file).prices()).hasSize(1);
    }
}

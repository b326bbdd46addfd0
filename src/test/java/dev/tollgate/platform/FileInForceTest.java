package dev.tollgate.platform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Accounts;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.PricedCatalogue;
import dev.tollgate.routing.RoutesInForce;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A file is in force whole or not at all. */
class FileInForceTest {
    private static final long NOON = 1_795_000_000_000L;
    private static final String FILE = "/etc/tollgate.yaml";
    private static final String OURS = """
            version: 1
            prices:
              - {provider: openai, version: one, currency: USD, source: us, models: [{model: ours, standard: {input: "1"}}]}
            routes:
              - {name: bot, candidates: [{model: ours, provider: openai}]}
            """;

    private final PricesInForce prices = new PricesInForce();
    private final RoutesInForce routes = new RoutesInForce();
    private final FileInForce file;

    FileInForceTest() {
        prices.begin(PriceBook.builtIn(), List.of());
        AccountPlaces places = new AccountPlaces(new Accounts(prices, /* ceiling= */ null), () -> 0);
        PricedCatalogue catalogue =
                new PricedCatalogue(prices::book, places, Set::of, () -> Instant.ofEpochMilli(NOON));
        file = new FileInForce(prices, routes, catalogue, () -> Instant.ofEpochMilli(NOON));
        file.begin(FILE, OURS);
    }

    private String version(long at) {
        ModelPrice price = prices.find("org_a", "openai", "ours", at);
        return price == null ? "none" : price.version();
    }

    private String versionOfBot() {
        return requireNonNull(routes.routes().find("bot")).version();
    }

    @Test
    void a_route_may_name_what_the_prices_beside_it_make_known() {
        assertThat(routes.routes().find("bot")).isNotNull();
        assertThat(version(NOON)).isEqualTo("openai/one");
        assertThat(prices.declaredIn()).isEqualTo(FILE);
    }

    @Test
    void prices_and_routes_change_together_and_earlier_requests_keep_their_price() {
        file.change(FILE, OURS.replace("version: one", "version: two").replace("name: bot", "name: chat"));
        assertThat(version(NOON - 1)).isEqualTo("openai/one");
        assertThat(version(NOON)).isEqualTo("openai/two");
        assertThat(routes.routes().find("bot")).isNull();
        assertThat(routes.routes().find("chat")).isNotNull();
    }

    @Test
    void a_text_that_is_wrong_anywhere_changes_nothing() {
        String wrongRoute =
                OURS.replace("version: one", "version: two").replace("model: ours, provider", "model: x, provider");
        String wrongPrice = OURS.replace("name: bot", "name: chat").replace("\"1\"", "1");
        for (String wrong : List.of(wrongRoute, wrongPrice, "", "version: 2")) {
            assertThatThrownBy(() -> file.change(FILE, wrong))
                    .isInstanceOf(StartFailure.class)
                    .hasMessageContaining(FILE);
            assertThat(version(NOON)).isEqualTo("openai/one");
            assertThat(routes.routes().find("bot")).isNotNull();
        }
    }

    @Test
    void a_route_loses_its_price_with_the_file_that_declares_both_only_together() {
        assertThatThrownBy(() -> file.change(FILE, "version: 1\nroutes: [{name: bot, candidates: [{model: ours}]}]"))
                .hasMessageContaining("routes[0].candidates[0].model: there is no price for ours");
        file.change(FILE, "version: 1");
        assertThat(version(NOON)).isEqualTo("none");
        assertThat(routes.routes().find("bot")).isNull();
    }

    @Test
    void other_prices_need_another_version() {
        assertThatThrownBy(() -> file.change(FILE, OURS.replace("\"1\"", "\"2\"")))
                .hasMessageContaining("openai/one was something else");
        file.change(FILE, OURS + "\n# the same prices");
        assertThat(version(NOON)).isEqualTo("openai/one");
    }

    @Test
    void a_route_whose_text_has_changed_has_another_version() {
        String before = versionOfBot();
        file.change(FILE, OURS + "\n# the same route");
        assertThat(versionOfBot()).isEqualTo(before);
        file.change(FILE, OURS.replace("provider: openai}]}", "provider: openai, weight: 2}]}"));
        assertThat(versionOfBot()).startsWith("file:").isNotEqualTo(before);
    }
}

package dev.tollgate.rating;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class KnownPricesTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String CHEAP = "{\"model\": \"large\", \"standard\": {\"input\": \"1\"}}";

    private final PricesInForce prices = new PricesInForce();
    private final KnownPrices known = new KnownPrices(prices);

    KnownPricesTest() {
        prices.begin(PriceBook.empty(), List.of());
    }

    @Test
    void news_add_to_what_is_known() {
        known.take(List.of(record(1, CHEAP, null)), List.of());
        known.take(List.of(record(2, CHEAP.replace("\"1\"", "\"2\""), null)), List.of());

        assertThat(versionInForce()).isEqualTo("acme/large@2");
    }

    @Test
    void what_is_withdrawn_is_gone() {
        known.take(List.of(record(1, CHEAP, null), record(2, CHEAP, null)), List.of());
        known.take(List.of(record(2, CHEAP, NOON)), List.of());

        assertThat(versionInForce()).isEqualTo("acme/large@1");
    }

    @Test
    void what_a_newer_tollgate_wrote_and_this_one_does_not_understand_leaves_the_price_before_it_in_force() {
        known.take(List.of(record(1, CHEAP, null)), List.of());
        known.take(List.of(record(2, CHEAP.replace("input", "thought"), null)), List.of());

        assertThat(versionInForce()).isEqualTo("acme/large@1");
    }

    @Test
    void organizations_whose_terms_ask_for_their_volume_are_told() {
        known.take(
                List.of(),
                List.of(
                        terms("org_a", "{\"volume_steps\": [{\"from\": \"1\", \"discount_percent\": \"1\"}]}"),
                        terms("org_b", "{\"discount_percent\": \"1\"}"),
                        terms("org_c", "{\"of_the_future\": true}")));

        assertThat(known.organizationsWithSteps()).containsExactly("org_a");
    }

    private String versionInForce() {
        return requireNonNull(prices.book().find("acme", "large", NOON.toEpochMilli()))
                .version();
    }

    private static PriceRecord record(int number, String price, @Nullable Instant withdrawnAt) {
        NewPrice added = new NewPrice("acme", "large", Origin.VERSION, NOON, null, price, "a test", null);
        return new PriceRecord(added, number, NOON, "root", withdrawnAt);
    }

    private static TermsRecord terms(String organizationId, String terms) {
        return new TermsRecord(organizationId, 1, NOON, terms, null, NOON, "root");
    }
}

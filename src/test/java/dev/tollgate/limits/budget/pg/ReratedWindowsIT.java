package dev.tollgate.limits.budget.pg;

import static dev.tollgate.limits.budget.pg.BudgetDatabase.NOON;
import static dev.tollgate.limits.budget.pg.BudgetDatabase.await;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceVersion;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.RerateRequest;
import dev.tollgate.rating.Rerating;
import dev.tollgate.rating.pg.PgRerating;
import io.vertx.core.json.JsonObject;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is priced again counts in the windows of the request, too. */
class ReratedWindowsIT {
    private static final BudgetDatabase BUDGETS = new BudgetDatabase();
    private static final RerateRequest REQUEST =
            new RerateRequest("acme", List.of("large"), null, NOON.minusSeconds(60), NOON.plusSeconds(60), null);

    private final PricesInForce prices = new PricesInForce();

    @AfterAll
    static void close() {
        BUDGETS.close();
    }

    /**
     * Of 10,000,000 nanodollars 4,000,000 are granted: one request held 1,500,000 and cost 1,000,000 (1,000 tokens at a
     * dollar a million), another one holds 2,000,000, the rest is free. At three dollars the first one cost 3,000,000.
     */
    @Test
    void a_dearer_price_is_used_at_once_and_a_lower_one_is_free_again() {
        long window = BUDGETS.window(10_000_000);
        long epoch = BUDGETS.openReplica();
        await(BUDGETS.shares.grant(window, epoch, 1, 4_000_000, 4_000_000));
        BUDGETS.book(entry(epoch, window));
        assertThat(figures(window)).isEqualTo("4000000 1000000 0");

        rerateAt("3");
        assertThat(figures(window)).isEqualTo("6000000 3000000 2000000");
        rerateAt("3");
        assertThat(figures(window)).as("again").isEqualTo("6000000 3000000 2000000");

        rerateAt("0.5");
        assertThat(figures(window)).isEqualTo("3500000 500000 2000000");
        assertThat(BUDGETS.drift()).isEmpty();
    }

    private void rerateAt(String price) {
        prices.begin(PriceBook.empty(), List.of());
        prices.replaceVersions(List.of(version(1, "1"), version(2, price)));
        await(new PgRerating(BUDGETS.pool).execute(REQUEST, new Rerating(prices, REQUEST)));
    }

    private static JsonObject entry(long epoch, long window) {
        return BUDGETS.entry(epoch, window, 1_500_000, 1_000_000)
                .put("provider", "acme")
                .put("model_sent", "large")
                .put("model_served", "large")
                .put("usage", new JsonObject().put("input", 1_000))
                .put("input_tokens", 1_000)
                .put("price_version", "acme/large@1");
    }

    private static PriceVersion version(int number, String input) {
        JsonNode price;
        try {
            price = new JsonMapper().readTree("""
                    {"model": "large", "standard": {"input": "%s"}}""".formatted(input));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
        String id = PriceVersion.id("acme", "large", number);
        Instant from = NOON.minusSeconds(3_600);
        return new PriceVersion("acme", number, from, null, ModelPriceReader.read("price", "acme", id, price));
    }

    /** Used, settled and excess. */
    private static String figures(long window) {
        return BUDGETS.rows("select used, settled, excess from use_of(%d)".formatted(window))
                .getFirst();
    }
}

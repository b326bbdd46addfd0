package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Prices that are declared, prices that are missing, and prices that are not understood. */
class PricesIT {
    private static final String CHAT = "/v1/chat/completions";

    private static final String DECLARED = """
            version: 1
            prices:
              - provider: openai
                currency: USD
                version: ours
                source: our contract
                models:
                  - model: house-model
                    unverified: true
                    standard: {input: "0", output: "0"}
                  - model: gpt-4o-mini
                    unverified: true
                    standard: {input: "1000", output: "2000"}
            """;

    private final TestProvider provider = TestProvider.get();

    @TempDir
    Path folder;

    @Test
    void a_declared_price_holds_and_zero_is_free_but_a_missing_one_is_refused() throws IOException {
        try (TollgateProcess tollgate = tollgate()
                .with("TOLLGATE_CONFIG", file("tollgate.yaml", DECLARED).toString())
                .start()) {
            Answer free = ask(tollgate, "house-model");
            Answer dear = ask(tollgate, "gpt-4o-mini");
            Answer refused = ask(tollgate, "dall-e-3"); // which the provider lists
            Answer unknown = ask(tollgate, "gpt-of-tomorrow"); // which it does not

            Ledger.Entry freeEntry = tollgate.ledger().entry(free);
            assertThat(freeEntry.outcome()).isEqualTo("ok");
            assertThat(freeEntry.count("output")).isPositive();
            assertThat(freeEntry.charge()).isEqualTo(Money.ZERO);
            assertThat(freeEntry.text("price_version")).isEqualTo("openai/ours");
            assertThat(free.header("x-tollgate-cost")).isEqualTo("0");

            assertThat(tollgate.ledger().entry(dear).charge()).isEqualTo(Money.dollars("0.035")); // 5 in, 15 out

            assertThat(refused.status()).isEqualTo(400);
            assertThat(refused.errorCode()).isEqualTo("model_not_priced");
            assertThat(refused.json().at("/error/message").asText())
                    .contains("dall-e-3", "openai", "/admin/v1/prices", "tollgate.yaml", "TOLLGATE_UNPRICED_INPUT");
            assertThat(tollgate.ledger().entry(refused).outcome()).isEqualTo("refused");
            assertThat(provider.charges().requests("dall-e-3")).isZero();

            assertThat(unknown.status()).isEqualTo(404);
            assertThat(unknown.json().at("/error")).isEqualTo(Json.parse("""
                            {"message": "The model `gpt-of-tomorrow` does not exist or you do not have access to it.",
                             "type": "invalid_request_error", "param": "model", "code": "model_not_found"}"""));
            assertThat(provider.charges().requests("gpt-of-tomorrow")).isZero();
        }
    }

    @Test
    void a_model_without_a_price_costs_the_ceiling_where_there_is_one() {
        try (TollgateProcess tollgate = tollgate()
                .with("TOLLGATE_UNPRICED_INPUT", "10")
                .with("TOLLGATE_UNPRICED_OUTPUT", "100")
                .start()) {
            Answer answer = ask(tollgate, "ceiling-model");

            Ledger.Entry entry = tollgate.ledger().entry(answer);
            long output = entry.count("output");
            assertThat(output)
                    .isEqualTo(provider.charges().ofModel("ceiling-model").outputTokens());
            assertThat(entry.charge().nanos()).isEqualTo(5 * 10_000 + output * 100_000);
            assertThat(entry.text("price_version")).isEqualTo("unpriced/ceiling");
            assertThat(tollgate.api().get("/v1/models").text()).contains("dall-e-3");
        }
    }

    @Test
    void what_is_not_understood_ends_the_start_with_its_place() throws IOException {
        String wrong = file("wrong.yaml", DECLARED.replace("\"1000\"", "1000")).toString();
        TollgateProcess misread = nowhere().with("TOLLGATE_CONFIG", wrong).launch();
        TollgateProcess halfCeiling =
                nowhere().with("TOLLGATE_UNPRICED_INPUT", "1").launch();

        assertThat(misread.awaitExit()).isEqualTo(1);
        assertThat(misread.output())
                .startsWith("tollgate: " + wrong + ": prices[0]: models[1].standard.input: 1000 (expected:");
        assertThat(halfCeiling.awaitExit()).isEqualTo(1);
        assertThat(halfCeiling.output())
                .startsWith("tollgate: TOLLGATE_UNPRICED_INPUT and TOLLGATE_UNPRICED_OUTPUT go together");
    }

    private static Answer ask(TollgateProcess tollgate, String model) {
        return tollgate.api().post(CHAT, chat(model, "Hello"));
    }

    private static TollgateProcess.Setup tollgate() {
        return TollgateProcess.setUp().over(TestPostgres.freshDatabase()).asking(TestProvider.get());
    }

    /** A start that fails before it needs its database. */
    private static TollgateProcess.Setup nowhere() {
        return TollgateProcess.setUp()
                .over(new TestDatabase("127.0.0.1", 1, "none", "none", "none"))
                .asking(TestProvider.get());
    }

    private Path file(String name, String content) throws IOException {
        return Files.writeString(folder.resolve(name), content);
    }
}

package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Prices and terms of the database, over two replicas. */
class PriceVersionsIT {
    private static final String PRICES = "/admin/v1/prices";
    private static final String CHAT = "/v1/chat/completions";
    private static final String TOKEN = "tg-admin-of-both-replicas";

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess ONE = replica();
    private static final TollgateProcess OTHER = replica();
    private static final ApiClient ADMIN = ONE.administration();

    @AfterAll
    static void nothing_was_complained_about() {
        ONE.close();
        OTHER.close();
        assertThat(ONE.complaints()).isEmpty();
        assertThat(OTHER.complaints()).isEmpty();
    }

    private static TollgateProcess replica() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ADMIN_TOKEN", TOKEN)
                .start();
    }

    @Test
    void a_price_added_in_one_process_is_in_force_in_another_and_the_entry_pins_it() {
        assertThat(ask(OTHER, "fresh-model").errorCode()).isEqualTo("model_not_found");

        Answer added = ADMIN.post(PRICES, price("fresh-model", "1000", "2000"));

        assertThat(added.status()).as(added.text()).isEqualTo(201);
        assertThat(added.json().path("version").asText()).isEqualTo("openai/fresh-model@1");
        assertThat(states("fresh-model")).containsExactly("in_force");
        Await.until(
                "the other replica knows it", () -> ask(OTHER, "fresh-model").status() == 200);
        Answer answer = ask(OTHER, "fresh-model");
        Ledger.Entry entry = OTHER.ledger().entry(answer);
        // a thousandth of a dollar a token in, two out
        long nanos = entry.count("input") * 1_000_000 + entry.count("output") * 2_000_000;
        assertThat(entry.count("output")).isPositive();
        assertThat(entry.charge()).isEqualTo(new Money(nanos));
        assertThat(answer.header("x-tollgate-cost")).isEqualTo(new Money(nanos).toDollars());
        assertThat(entry.text("price_version")).isEqualTo("openai/fresh-model@1");
    }

    @Test
    void a_version_takes_the_place_of_the_built_in_price_from_its_time_on_and_keeps_its_tool_fees() {
        String model = "gpt-4.1-nano";
        JsonNode before = inForce(model, "");
        Instant tomorrow = Instant.now().plusSeconds(86_400);
        String later =
                price(model, "7", "8").replace("\"source\"", "\"effective_from\": \"" + tomorrow + "\", \"source\"");

        Answer added = ADMIN.post(PRICES, later);

        assertThat(added.status()).as(added.text()).isEqualTo(201);
        assertThat(states(model)).containsExactly("upcoming");
        assertThat(inForce(model, "")).isEqualTo(before);
        JsonNode then = inForce(model, "&at=" + tomorrow);
        assertThat(then.path("version").asText()).isEqualTo("openai/" + model + "@1");
        assertThat(then.at("/prices/standard/input").asText()).isEqualTo("7");
        assertThat(then.at("/prices/standard/web_search")).isEqualTo(before.at("/prices/standard/web_search"));
        assertThat(then.path("max_output")).isEqualTo(before.path("max_output"));

        String withdrawal = "{\"provider\": \"openai\", \"model\": \"" + model + "\", \"number\": 1}";
        assertThat(ADMIN.post(PRICES + "/withdrawals", withdrawal)
                        .json()
                        .path("withdrawn_at")
                        .asText())
                .isNotEmpty();
        assertThat(states(model)).containsExactly("withdrawn");
        assertThat(inForce(model, "&at=" + tomorrow)).isEqualTo(before);
        assertThat(ADMIN.post(PRICES + "/withdrawals", withdrawal).status()).isEqualTo(404);
    }

    @Test
    void a_correction_holds_from_the_past_on_and_a_version_never_changes() {
        Answer first = ADMIN.post(PRICES, price("corrected-model", "1", "1"));
        Instant yesterday = Instant.now().minusSeconds(86_400);
        String correction = price("corrected-model", "2", "2")
                .replace("\"source\"", "\"effective_from\": \"" + yesterday + "\", \"source\"");

        Answer tooLate = ADMIN.post(PRICES, correction);
        Answer corrected = ADMIN.post(PRICES + "/corrections", correction);

        assertThat(first.status()).isEqualTo(201);
        assertThat(tooLate.errorCode()).isEqualTo("invalid_value");
        assertThat(tooLate.json().at("/error/param").asText()).isEqualTo("effective_from");
        assertThat(corrected.json().path("version").asText()).isEqualTo("openai/corrected-model@2");
        assertThat(inForce("corrected-model", "&at=" + yesterday.plusSeconds(60))
                        .path("version")
                        .asText())
                .isEqualTo("openai/corrected-model@2");
        assertThat(inForce("corrected-model", "").path("version").asText()).isEqualTo("openai/corrected-model@1");
        JsonNode versions = ADMIN.get(PRICES + "/versions?provider=openai&model=corrected-model")
                .json()
                .path("data");
        assertThat(versions.findValuesAsText("version"))
                .containsExactly("openai/corrected-model@2", "openai/corrected-model@1");
        assertThat(versions.findValuesAsText("state")).containsExactly("superseded", "in_force");
    }

    @Test
    void a_change_of_prices_is_audited_and_done_once() {
        String key = "prices-" + System.nanoTime();

        Answer first = ADMIN.post(PRICES, price("once-model", "1", "1"), "Idempotency-Key", key);
        Answer again = ADMIN.post(PRICES, price("once-model", "1", "1"), "Idempotency-Key", key);

        assertThat(again.json()).isEqualTo(first.json());
        assertThat(states("once-model")).containsExactly("in_force");
        assertThat(ADMIN.get("/admin/v1/audit?limit=1000").json().path("data").findValuesAsText("object_id"))
                .filteredOn("openai/once-model@1"::equals)
                .hasSize(1);
    }

    @Test
    void a_price_that_is_not_understood_changes_nothing_and_says_where() {
        for (String wrong : new String[] {
            price("wrong-model", "1", "2").replace("\"output\"", "\"outputt\""),
            price("wrong-model", "1", "2").replace("\"2\"", "2"),
            price("wrong-model", "-1", "2"),
            price("wrong-model", "1", "2").replace("\"source\"", "\"sources\""),
            price("wrong-model", "1", "2").replace("{\"provider\"", "{\"provider\": \"openai\", \"provider\""),
            "[]",
            "{"
        }) {
            Answer refused = ADMIN.post(PRICES, wrong);
            assertThat(refused.status()).as(wrong).isEqualTo(400);
        }
        Answer misspelt = ADMIN.post(PRICES, price("wrong-model", "1", "2").replace("\"output\"", "\"outputt\""));
        assertThat(misspelt.json().at("/error/message").asText()).isEqualTo("price.standard.outputt: unknown meter");
        assertThat(ADMIN.get(PRICES + "/versions?provider=openai&model=wrong-model")
                        .json()
                        .path("data"))
                .isEmpty();
    }

    @Test
    void terms_turn_a_cost_into_a_charge_to_the_nanodollar() {
        ADMIN.post(PRICES, price("terms-model", "0.333333333", "3.141592653"));
        ADMIN.post(PRICES, price("agreed-model", "5", "7"));
        ApiClient customer = ONE.newOrganization("customer");
        String organization = organizationOf(customer);
        String terms = "/admin/v1/organizations/" + organization + "/terms";

        Answer agreed = ADMIN.post(terms, """
                {"markup_percent": "17.5", "discount_percent": "3.3333", "note": "signed today", "overrides": [
                  {"provider": "openai", "price": {"model": "agreed-model", "standard": {"input": "1", "output": "1"}}}]}""");

        assertThat(agreed.status()).as(agreed.text()).isEqualTo(201);
        assertThat(agreed.json().path("version").asText()).isEqualTo("terms@1");
        Await.until(
                "the terms hold",
                () -> entry(customer, "terms-model").text("price_version").endsWith("#terms@1"));

        Ledger.Entry list = entry(customer, "terms-model");
        long exact = list.count("input") * 333_333_333L + list.count("output") * 3_141_592_653L;
        assertThat(Money.dollars(list.text("provider_cost"))).isEqualTo(new Money(Math.ceilDiv(exact, 1_000_000L)));
        // a sixth and a bit on top, a thirtieth off that, rounded up once
        BigDecimal charge =
                BigDecimal.valueOf(exact, 6).multiply(new BigDecimal("1.175")).multiply(new BigDecimal("0.966667"));
        assertThat(list.charge().nanos())
                .isEqualTo(charge.setScale(0, RoundingMode.CEILING).longValueExact());
        assertThat(list.text("price_version")).isEqualTo("openai/terms-model@1#terms@1");

        Ledger.Entry override = entry(customer, "agreed-model");
        long tokens = override.count("input") + override.count("output");
        assertThat(override.charge().nanos())
                .isEqualTo(Math.ceilDiv(tokens * 1_000 * 1_175L * 966_667L, 1_000_000_000L));
        assertThat(Money.dollars(override.text("provider_cost")).nanos())
                .isEqualTo(override.count("input") * 5_000 + override.count("output") * 7_000);
        assertThat(ADMIN.get(terms).json().path("data").findValuesAsText("version"))
                .containsExactly("terms@1");
        assertThat(ADMIN.get("/admin/v1/organizations/org_nobody/terms").status())
                .isEqualTo(404);

        Answer stream = customer.post(CHAT, streamedChat("terms-model", "Hello"), "x-tollgate-include", "cost");
        assertThat(stream.text())
                .contains("\"cost\":\"" + ONE.ledger().entry(stream).charge().toDollars() + "\"");
    }

    @Test
    void a_volume_that_is_reached_brings_its_discount() {
        ADMIN.post(PRICES, price("volume-model", "1000000", "1000000")); // a dollar a token
        ApiClient customer = ONE.newOrganization("volume");
        String terms = "/admin/v1/organizations/" + organizationOf(customer) + "/terms";
        String steps = "{\"volume_steps\": [{\"from\": \"5\", \"discount_percent\": \"50\"}]}";
        Ledger.Entry first = entry(customer, "volume-model");

        assertThat(ADMIN.post(terms, steps).status()).isEqualTo(201);
        Await.until(
                "the step holds",
                () -> entry(customer, "volume-model").text("price_version").endsWith("#terms@1/1"));

        Ledger.Entry second = entry(customer, "volume-model");
        assertThat(first.charge()).isGreaterThan(Money.dollars("5"));
        assertThat(second.charge().nanos() * 2)
                .isEqualTo(Money.dollars(second.text("provider_cost")).nanos());
    }

    @Test
    void an_import_reports_what_it_would_do_then_does_it_and_then_finds_nothing_to_do() throws IOException {
        String imports = PRICES + "/import?format=litellm&providers=openai,house";

        JsonNode preview = ADMIN.post(imports + "&dry_run=true", excerpt()).json();
        assertThat(ADMIN.get(PRICES + "?provider=house").json().path("data")).isEmpty();
        JsonNode done = ADMIN.post(imports, excerpt()).json();
        JsonNode again = ADMIN.post(imports, excerpt()).json();

        assertThat(preview.path("counts"))
                .isEqualTo(Json.parse("{\"added\": 4, \"changed\": 0, \"unchanged\": 1, \"skipped\": 6}"));
        assertThat(done.path("counts")).isEqualTo(preview.path("counts"));
        assertThat(again.path("counts"))
                .isEqualTo(Json.parse("{\"added\": 0, \"changed\": 0, \"unchanged\": 5, \"skipped\": 6}"));
        assertThat(done.path("skipped").findValuesAsText("reason")).allMatch(reason -> !reason.isEmpty());
        JsonNode listed =
                ADMIN.get(PRICES + "?provider=house&unverified=true").json().path("data");
        assertThat(listed.findValuesAsText("model")).containsExactly("ear", "embed", "large", "voice");
        assertThat(listed.get(2).at("/long_context/above_input_tokens").asLong())
                .isEqualTo(200_000);
        assertThat(listed.get(2).at("/prices/standard/cache_write").asText()).isEqualTo("1.5625");
        assertThat(ADMIN.post(PRICES + "/import?format=csv", "{}").errorCode()).isEqualTo("invalid_value");
    }

    @Test
    void a_quote_is_what_the_request_then_costs() {
        ADMIN.post(PRICES, price("quoted-model", "3", "15"));
        Ledger.Entry entry = ONE.ledger().entry(ask(ONE, "quoted-model"));

        JsonNode exact = ADMIN.post(
                        PRICES + "/quote",
                        "{\"tokens\": " + entry.json().path("usage")
                                + ", \"models\": [\"openai/quoted-model\", \"nothing\"]}")
                .json();
        JsonNode bounded = ADMIN.post(
                        PRICES + "/quote",
                        "{\"request\": "
                                + chat("openai/quoted-model", "Hello").replace("}]}", "}], \"max_tokens\": 1000}")
                                + "}")
                .json()
                .at("/data/0");

        assertThat(exact.at("/data/0/charge/lower").asText()).isEqualTo(entry.text("charge"));
        assertThat(exact.at("/data/0/charge/upper_nanodollars").asLong())
                .isEqualTo(entry.charge().nanos());
        assertThat(exact.at("/data/0/price_version").asText()).isEqualTo(entry.text("price_version"));
        assertThat(exact.at("/data/1/error/code").asText()).isEqualTo("model_not_priced");
        assertThat(bounded.at("/charge/upper_nanodollars").asLong())
                .isGreaterThan(entry.charge().nanos());
        assertThat(bounded.at("/charge/lower_nanodollars").asLong())
                .isPositive()
                .isLessThan(entry.charge().nanos());
    }

    private static Answer ask(TollgateProcess tollgate, String model) {
        return new ApiClient(tollgate.root(), ONE.key()).post(CHAT, chat(model, "Hello"));
    }

    private static Ledger.Entry entry(ApiClient customer, String model) {
        return ONE.ledger().entry(customer.post(CHAT, chat(model, "Hello")));
    }

    private static String organizationOf(ApiClient customer) {
        Answer answer = customer.get("/v1/models");
        return ONE.ledger().entry(answer).text("organization_id");
    }

    private static List<String> states(String model) {
        return ADMIN.get(PRICES + "/versions?provider=openai&model=" + model)
                .json()
                .path("data")
                .findValuesAsText("state");
    }

    private static JsonNode inForce(String model, String more) {
        JsonNode data = ADMIN.get(PRICES + "?provider=openai&model=" + model + more)
                .json()
                .path("data");
        return StreamSupport.stream(data.spliterator(), false).findFirst().orElseThrow();
    }

    private static String price(String model, String input, String output) {
        return """
                {"provider": "openai", "source": "a test", "price": {"model": "%s", "unverified": true,
                 "standard": {"input": "%s", "output": "%s"}}}""".formatted(model, input, output);
    }

    private static String excerpt() throws IOException {
        try (InputStream in = PriceVersionsIT.class.getResourceAsStream("/prices/litellm-excerpt.json")) {
            return new String(Objects.requireNonNull(in).readAllBytes(), UTF_8);
        }
    }
}

package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.math.BigDecimal;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What an application meets that is limited: set by an administrator over REST, in force at once, and told so that a person understands. */
class LimitsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":20");

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static TollgateProcess tollgate;
    private static ApiClient admin;

    /** An organization of a test's own. */
    private record Tenant(ApiClient app, String id) {
        static Tenant named(String name) {
            ApiClient app = tollgate.newOrganization(name);
            return new Tenant(app, DATABASE.value("select id from organization where name = '" + name + "'"));
        }

        JsonNode rule(String kind, String body) {
            Answer made = admin.post(
                    "/admin/v1/" + kind,
                    "{\"name\":\"a rule\",\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + id + "\"}," + body
                            + "}");
            assertThat(made.status()).as(made.text()).isEqualTo(201);
            return made.json();
        }

        /** The id of a new limit. */
        String limit(String body) {
            return rule("limits", body).path("id").asText();
        }

        String entries(String condition) {
            return DATABASE.value("select count(*) from ledger where organization_id = '" + id + "' and " + condition);
        }

        /** How many requests went beyond a rule that let them through. */
        String beyond(String rule) {
            return entries("'beyond:" + rule + "' = any (string_to_array(flags, ','))");
        }

        String alerts() {
            return DATABASE.value(
                    "select count(*) from alert where kind = 'limit.exceeded' and organization_id = '" + id + "'");
        }
    }

    @BeforeAll
    static void start() {
        tollgate = TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .start();
        admin = tollgate.administration();
    }

    @AfterAll
    static void stop() {
        tollgate.close();
    }

    @Test
    void a_budget_that_is_spent_says_how_it_stands_and_when_it_starts_anew() {
        Tenant tenant = Tenant.named("spenders");
        ApiClient app = tenant.app();
        String id = tenant.rule("budgets", "\"amount\":\"0.00006\",\"period\":\"day\",\"thresholds\":[50]")
                .path("id")
                .asText();

        Await.until("it is spent", () -> app.post(CHAT, HELLO).status() == 429);
        Await.until(
                "what was spent is booked",
                () -> app.post(CHAT, HELLO).errorCode().equals("budget_exceeded"));
        Answer refused = app.post(CHAT, HELLO);

        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.header("x-should-retry")).isEqualTo("false");
        JsonNode error = refused.json().path("error");
        assertThat(error.path("type").asText()).isEqualTo("budget_exceeded");
        assertThat(error.path("message").asText())
                .contains("a rule", id, tenant.id(), "is used up", "of $0.00006 spent", "It starts anew at ");
        assertThat(error.at("/budget/id").asText()).isEqualTo(id);
        assertThat(error.at("/budget/limit").asText()).isEqualTo("0.00006");
        assertThat(error.at("/budget/resets_at").asText()).endsWith("T00:00:00Z");

        Answer limits = app.get("/v1/limits");
        assertThat(limits.status()).as(limits.text()).isEqualTo(200);
        JsonNode told = limits.json().path("budgets").path(0);
        assertThat(told.path("id").asText()).isEqualTo(id);
        assertThat(told.path("guarantee").asText()).isEqualTo("hard");
        assertThat(new BigDecimal(told.path("spent").asText()))
                .isGreaterThanOrEqualTo(new BigDecimal(error.at("/budget/spent").asText()));
        assertThat(DATABASE.value("select count(*) from budget_drift()")).isEqualTo("0");
        Await.until(
                "a threshold was told",
                () -> !DATABASE.value(
                                "select count(*) from alert where kind = 'budget.threshold' and organization_id = '"
                                        + tenant.id() + "'")
                        .equals("0"));
    }

    @Test
    void output_is_capped_to_what_is_left() {
        Tenant tenant = Tenant.named("short of money");
        ApiClient app = tenant.app();
        tenant.rule("budgets", "\"amount\":\"0.0002\",\"period\":\"total\"");

        Answer answer = app.post(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-words", "5000");

        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(answer.json().at("/choices/0/finish_reason").asText()).isEqualTo("length");
        assertThat(answer.json().at("/usage/completion_tokens").asInt()).isBetween(256, 333);
    }

    @Test
    void a_rate_says_when_to_try_again() {
        Tenant tenant = Tenant.named("hasty");
        ApiClient app = tenant.app();
        tenant.rule("limits", "\"kind\":\"requests\",\"amount\":3,\"period\":\"day\"");

        List<Answer> answers = List.of(app.post(CHAT, HELLO), app.post(CHAT, HELLO), app.post(CHAT, HELLO));
        Answer refused = app.post(CHAT, HELLO);

        assertThat(answers).extracting(Answer::status).containsOnly(200);
        assertThat(answers.getFirst().header("x-ratelimit-limit-requests")).isEqualTo("3");
        assertThat(answers.getFirst().header("x-ratelimit-remaining-requests")).isEqualTo("2");
        assertThat(refused.status()).isEqualTo(429);
        assertThat(refused.errorCode()).isEqualTo("rate_limit_exceeded");
        assertThat(Integer.parseInt(refused.header("retry-after"))).isBetween(28_000, 28_800);
        assertThat(refused.header("x-ratelimit-remaining-requests")).isEqualTo("0");
        assertThat(refused.json().at("/error/limit/limit").asInt()).isEqualTo(3);
    }

    @Test
    void tokens_are_corrected_when_they_are_known() {
        Tenant tenant = Tenant.named("guessed");
        ApiClient app = tenant.app();
        tenant.rule("limits", "\"kind\":\"output_tokens\",\"amount\":1000,\"period\":\"day\"");

        app.post(CHAT, with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":900"));

        Await.until(
                "the estimate is corrected",
                () -> app.post(CHAT, with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":900"))
                                .status()
                        == 200);
        assertThat(app.post(CHAT, with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":1001"))
                        .errorCode())
                .isEqualTo("larger_than_limit");
    }

    @Test
    void slots_come_back_when_clients_leave() {
        Tenant tenant = Tenant.named("crowded");
        ApiClient app = tenant.app();
        tenant.rule("limits", "\"kind\":\"concurrency\",\"amount\":1");
        try (RawConnection connection = RawConnection.to(app.root())) {
            connection
                    .send(RawConnection.post(
                            CHAT,
                            app.key(),
                            with(chat("gpt-4o-mini", "Hello"), "\"stream\":true"),
                            "x-simulate-words: 100000",
                            "x-simulate-chunk-ms: 20"))
                    .readUntil("\"content\":");
            assertThat(app.post(CHAT, HELLO).errorCode()).isEqualTo("concurrency_exceeded");
        }
        Await.until("the slot is back", () -> app.post(CHAT, HELLO).status() == 200);
    }

    @Test
    void a_request_may_be_too_large_or_too_dear() {
        Tenant tenant = Tenant.named("modest");
        ApiClient app = tenant.app();
        tenant.rule("limits", "\"kind\":\"request_bytes\",\"amount\":500");
        tenant.rule("limits", "\"kind\":\"price_per_request\",\"amount\":\"0.0001\"");

        assertThat(app.post(CHAT, chat("gpt-4o-mini", "x".repeat(600))).errorCode())
                .isEqualTo("request_too_large");
        assertThat(app.post(CHAT, with(chat("gpt-4o", "Hello"), "\"max_tokens\":1000"))
                        .errorCode())
                .isEqualTo("cost_too_high");
        assertThat(app.post(CHAT, HELLO).status()).isEqualTo(200);
    }

    @Test
    void limits_that_are_soft_or_shadow_let_everything_through_and_say_what_went_beyond_them() {
        Tenant tenant = Tenant.named("advised");
        ApiClient app = tenant.app();
        String soft = tenant.limit("\"kind\":\"requests\",\"amount\":2,\"period\":\"day\",\"mode\":\"soft\"");
        String shadow = tenant.limit("\"kind\":\"tokens\",\"amount\":1,\"period\":\"day\",\"mode\":\"shadow\"");
        String slots = tenant.limit("\"kind\":\"concurrency\",\"amount\":0,\"mode\":\"shadow\"");
        String size = tenant.limit("\"kind\":\"request_bytes\",\"amount\":10,\"mode\":\"shadow\"");
        String cap = tenant.limit("\"kind\":\"output_cap\",\"amount\":1,\"mode\":\"shadow\"");
        String price = tenant.limit("\"kind\":\"price_per_request\",\"amount\":\"0.000000001\",\"mode\":\"soft\"");
        String generous = tenant.limit("\"kind\":\"request_bytes\",\"amount\":10000,\"mode\":\"soft\"");

        for (int i = 0; i < 4; i++) {
            Answer answer = app.post(CHAT, HELLO);
            assertThat(answer.status()).as(answer.text()).isEqualTo(200);
            assertThat(answer.hasHeader("x-ratelimit-limit-requests")).isFalse();
        }

        Await.until("all is booked", () -> tenant.entries("operation = 'chat'").equals("4"));
        assertThat(tenant.beyond(soft)).as("what would have been refused").isEqualTo("2");
        for (String id : List.of(shadow, slots, size, cap, price)) {
            assertThat(tenant.beyond(id)).isEqualTo("4");
        }
        assertThat(tenant.beyond(generous)).isEqualTo("0");
        Await.until("soft limits alert", () -> tenant.alerts().equals("2"));
        assertThat(DATABASE.value(
                        "select string_agg(payload ->> 'limit_id', ' ' order by payload ->> 'kind') from alert"
                                + " where kind = 'limit.exceeded' and organization_id = '" + tenant.id() + "'"))
                .isEqualTo(price + " " + soft);
        for (int i = 0; i < 2; i++) {
            DATABASE.value("select raise_limit_alert('" + soft + "', '2026-01-01T00:00Z', '" + tenant.id()
                    + "', null, 'key_x') is null");
        }
        assertThat(tenant.alerts()).as("once an hour, whoever raises it").isEqualTo("3");
    }

    @Test
    void a_dry_run_tells_which_limits_and_budgets_it_would_touch_and_takes_nothing_of_them() {
        Tenant tenant = Tenant.named("curious");
        ApiClient app = tenant.app();
        String rate = tenant.limit("\"kind\":\"requests\",\"amount\":1,\"period\":\"day\"");
        String price = tenant.limit("\"kind\":\"price_per_request\",\"amount\":\"0.000000001\",\"mode\":\"shadow\"");
        String budget = tenant.rule("budgets", "\"amount\":\"1\",\"period\":\"day\"")
                .path("id")
                .asText();

        for (int i = 0; i < 3; i++) {
            JsonNode told = app.post(CHAT, HELLO, "x-tollgate-dry-run", "true").json();
            JsonNode limit = named(told.path("limits"), rate);
            assertThat(limit.path("needs").asInt()).as(told.toString()).isEqualTo(1);
            assertThat(limit.path("remaining").asInt()).as("nothing is charged").isEqualTo(1);
            assertThat(limit.path("refuses").asBoolean()).isFalse();
            JsonNode dear = named(told.path("limits"), price);
            assertThat(new BigDecimal(dear.path("needs").asText())).isPositive();
            assertThat(dear.path("refuses").asBoolean()).as("it is shadow").isFalse();
            JsonNode held = named(told.path("budgets"), budget);
            assertThat(held.path("remaining").asText()).as("nothing is held").isEqualTo("1");
            assertThat(held.path("held").asText()).isEqualTo("0");
            assertThat(new BigDecimal(held.path("needs").asText())).isPositive();
            assertThat(held.path("refuses").asBoolean()).isFalse();
        }

        assertThat(app.post(CHAT, HELLO).status()).isEqualTo(200);
        String small = tenant.rule("budgets", "\"amount\":\"0.000000001\",\"period\":\"total\"")
                .path("id")
                .asText();
        JsonNode after = app.post(CHAT, HELLO, "x-tollgate-dry-run", "true").json();
        assertThat(named(after.path("limits"), rate).path("refuses").asBoolean())
                .isTrue();
        assertThat(named(after.path("limits"), rate).path("resets_in_ms").asLong())
                .isPositive();
        assertThat(named(after.path("budgets"), small).path("refuses").asBoolean())
                .isTrue();
        String words = with(
                chat("gpt-4o-mini", "All work and no play makes Jack a dull boy. ".repeat(200)), "\"max_tokens\":20");
        JsonNode counted =
                named(app.post(CHAT, words, "x-tollgate-dry-run", "true").json().path("budgets"), budget);
        assertThat(new BigDecimal(counted.path("needs").asText()))
                .as("its tokens are counted, and not its %s bytes", words.length())
                .isLessThan(new BigDecimal("0.00000015").multiply(BigDecimal.valueOf(words.length() / 2)));
        assertThat(after.path("request").path("max_tokens").asInt()).isEqualTo(20);
    }

    private static JsonNode named(JsonNode rules, String id) {
        for (JsonNode rule : rules) {
            if (rule.path("id").asText().equals(id)) {
                return rule;
            }
        }
        throw new AssertionError("no " + id + " in " + rules);
    }

    @Test
    void a_stop_holds_at_once_and_cuts_what_is_under_way() {
        Tenant tenant = Tenant.named("leaked");
        ApiClient app = tenant.app();
        try (RawConnection connection = RawConnection.to(app.root())) {
            connection
                    .send(RawConnection.post(
                            CHAT,
                            app.key(),
                            with(chat("gpt-4o-mini", "Hello"), "\"stream\":true"),
                            "x-simulate-words: 100000",
                            "x-simulate-chunk-ms: 20"))
                    .readUntil("\"content\":");
            Answer stop = admin.post(
                    "/admin/v1/stops",
                    "{\"owner\":\"organization\",\"owner_id\":\"" + tenant.id()
                            + "\",\"cut_streams\":true,\"reason\":\"the key has leaked\"}");
            assertThat(stop.status()).as(stop.text()).isEqualTo(201);
            connection.readUntil("spend_stopped");

            Answer refused = app.post(CHAT, HELLO);
            assertThat(refused.status()).isEqualTo(403);
            assertThat(refused.json().at("/error/message").asText()).contains("the key has leaked");

            String id = stop.json().path("id").asText();
            assertThat(admin.post("/admin/v1/stops/" + id + "/lift", "{}").status())
                    .isLessThan(300);
            assertThat(app.post(CHAT, HELLO).status()).isEqualTo(200);
        }
    }

    @Test
    void the_limits_of_a_feature_are_those_of_its_settings() {
        Tenant tenant = Tenant.named("featured");
        ApiClient app = tenant.app();
        Answer set = admin.send(admin.request("/admin/v1/settings/chat?organization_id=" + tenant.id())
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"requests_per_minute\":1}")));
        assertThat(set.status()).as(set.text()).isLessThan(300);

        Await.until(
                "they hold",
                () -> app.post(CHAT, HELLO, "x-tollgate-feature", "chat").status() == 429);
        assertThat(app.post(CHAT, HELLO, "x-tollgate-feature", "search").status())
                .isEqualTo(200);
        JsonNode limits = app.get("/v1/limits").json();
        assertThat(limits.path("budgets").size()).isEqualTo(2);
        assertThat(limits.path("limits").size()).isEqualTo(1);
    }
}

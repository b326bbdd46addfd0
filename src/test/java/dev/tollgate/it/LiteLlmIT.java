package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.HexFormat;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A script that was written for LiteLLM's administration, against ours. */
class LiteLlmIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":20");

    private static final Pattern SECRET = Pattern.compile("sk-tg-[0-9a-z]{12}-[0-9A-Za-z]{38}");
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .start();
    private static final ApiClient MASTER = TOLLGATE.administration();
    private static final String ACME = made("organizations", "{\"name\":\"acme\"}");
    private static final String CLIENT = made("clients", "{\"name\":\"web\",\"organization_id\":" + quote(ACME) + "}");
    private static final ApiClient ANN = administrator(ACME);

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
        assertThat(DATABASE.value("select count(*) from budget_drift()")).isEqualTo("0");
        String welcome = TOLLGATE.key(); // of the first organization, which is shown at the first start
        assertThat(TOLLGATE.output().replace(welcome, "")).doesNotContainPattern(SECRET);
    }

    @Test
    void a_key_is_generated_used_up_raised_accounted_for_and_deleted() {
        Answer generated = ANN.post("/key/generate", """
                {"key_alias":"life","max_budget":0.00006,"budget_duration":"30d","rpm_limit":1000,
                 "models":["gpt-4o-mini"],"metadata":{"app":"shop"},"tags":["team:search"],"user_id":"ann@acme"}""");
        assertThat(generated.status()).as(generated.toString()).isEqualTo(200);
        JsonNode made = generated.json();
        String key = made.path("key").asText();
        String token = made.path("token").asText();
        assertThat(token).isEqualTo(sha256(key)).isEqualTo(made.path("token_id").asText());
        assertThat(number(generated.text(), "max_budget")).isEqualTo("0.00006");
        assertThat(made.path("organization_id").asText()).isEqualTo(ACME);
        ApiClient app = new ApiClient(TOLLGATE.root(), key);

        useUp(app);
        assertThat(app.post(CHAT, with(chat("gpt-4o", "Hello"), "\"max_tokens\":20"))
                        .errorCode())
                .isEqualTo("model_not_allowed");

        Answer info = ANN.get("/key/info?key=" + token);
        assertThat(number(info.text(), "spend"))
                .as(info.toString())
                .isEqualTo(DATABASE.value("select trim_scale(sum(charge) * 0.000000001) from ledger where key_id = '"
                        + made.path("key_id").asText() + "'"));
        assertThat(info.json().at("/info/metadata/app").asText()).isEqualTo("shop");
        assertThat(info.json().at("/info/tags/0").asText()).isEqualTo("team:search");

        Answer updated = ANN.post("/key/update", "{\"key\":" + quote(key) + ",\"max_budget\":0.5,\"rpm_limit\":null}");
        assertThat(updated.status()).as(updated.toString()).isEqualTo(200);
        assertThat(number(updated.text(), "max_budget")).isEqualTo("0.5");
        assertThat(updated.json().path("rpm_limit").isNull()).isTrue();
        Answer last = app.post(CHAT, HELLO);
        assertThat(last.status()).as("goes on").isEqualTo(200);

        Await.until(
                "all of it is booked",
                () -> logs("request_id=" + last.header("x-request-id")).size() == 1);
        JsonNode row = logs("api_key=" + token).get(0);
        assertThat(number(ANN.get("/key/info?key=" + token).text(), "spend")).isEqualTo(sum(logs("api_key=" + key)));
        assertThat(row.path("api_key").asText()).isEqualTo(token);
        assertThat(row.path("call_type").asText()).isEqualTo("acompletion");
        assertThat(row.path("status").asText()).isEqualTo("success");
        assertThat(row.path("total_tokens").asLong())
                .isEqualTo(row.path("prompt_tokens").asLong()
                        + row.path("completion_tokens").asLong())
                .isPositive();
        assertThat(row.path("user").asText()).isEqualTo("ann@acme");
        assertThat(row.path("request_tags").toString()).isEqualTo("[\"team:search\"]");
        assertThat(row.at("/metadata/user_api_key_alias").asText()).isEqualTo("life");
        assertThat(sum(logs("user_id=ann@acme"))).isEqualTo(sum(logs("api_key=" + key)));
        assertThat(logs("request_id=" + row.path("request_id").asText())).hasSize(1);

        String today = LocalDate.now(ZoneOffset.UTC).toString();
        String yesterday = LocalDate.now(ZoneOffset.UTC).minusDays(1).toString();
        String days = "api_key=" + key + "&start_date=" + yesterday + "&end_date=" + today;
        JsonNode summed = logs(days);
        assertThat(summed).hasSize(2);
        assertThat(sum(summed)).isEqualTo(sum(logs(days + "&summarize=false")));
        assertThat(summed.get(1).has(token) || summed.get(0).has(token)).isTrue();

        Answer deleted = ANN.post("/key/delete", "{\"keys\":[" + quote(key) + "]}");
        assertThat(deleted.text()).isEqualTo("{\"deleted_keys\":[" + quote(token) + "]}");
        assertThat(app.post(CHAT, HELLO).status()).isEqualTo(401);
        assertThat(ANN.get("/key/info?key=" + token).status()).isEqualTo(404);
        assertThat(ANN.post("/key/delete", "{\"keys\":[" + quote(token) + "]}").status())
                .isEqualTo(404);
        assertThat(logs("api_key=" + token)).as("the ledger stays").isNotEmpty();
        assertThat(DATABASE.value("select count(*) from rule where owner_id = '"
                        + made.path("key_id").asText() + "' and archived_at is null"))
                .isEqualTo("0");
        for (String answer : new String[] {
            info.text(),
            updated.text(),
            deleted.text(),
            row.toString(),
            ANN.get("/admin/v1/audit").text()
        }) {
            assertThat(answer).doesNotContainPattern(SECRET);
        }
        assertThat(DATABASE.dump()).doesNotContain(key);
    }

    @Test
    void a_rate_is_in_force_when_the_key_is_shown() {
        ApiClient app = app(generated("\"rpm_limit\":2"));
        assertThat(app.post(CHAT, HELLO).status()).isEqualTo(200);
        assertThat(app.post(CHAT, HELLO).header("x-ratelimit-limit-requests")).isEqualTo("2");
        Answer refused = app.post(CHAT, HELLO);
        assertThat(refused.errorCode()).as(refused.toString()).isEqualTo("rate_limit_exceeded");
    }

    @Test
    void a_blocked_key_is_refused_until_it_is_unblocked() {
        JsonNode key = generated("\"blocked\":true");
        assertThat(app(key).post(CHAT, HELLO).status()).isEqualTo(401);
        update(key, "\"blocked\":false");
        assertThat(app(key).post(CHAT, HELLO).status()).isEqualTo(200);
    }

    @Test
    void a_shared_budget_holds_for_each_key_that_is_given_it() {
        Answer budget =
                ANN.post("/budget/new", "{\"budget_id\":\"small\",\"max_budget\":0.00006,\"budget_duration\":\"1d\"}");
        assertThat(budget.status()).as(budget.toString()).isEqualTo(200);
        assertThat(number(budget.text(), "max_budget")).isEqualTo("0.00006");
        JsonNode one = generated("\"budget_id\":\"small\"");
        ApiClient other = app(generated("\"budget_id\":\"small\""));
        useUp(app(one));
        assertThat(other.post(CHAT, HELLO).status())
                .as("has a count of its own")
                .isEqualTo(200);

        String info = ANN.get("/key/info?key=" + one.path("token").asText()).text();
        assertThat(info)
                .contains("\"budget_id\":\"small\"")
                .contains("\"litellm_budget_table\":{\"budget_id\":\"small\"");
        update(one, "\"budget_id\":null");
        assertThat(app(one).post(CHAT, HELLO).status()).as("is free of it").isEqualTo(200);

        Answer again = ANN.post("/budget/new", "{\"budget_id\":\"small\",\"max_budget\":1}");
        assertThat(again.json().at("/error/param").asText()).isEqualTo("budget_id");
        Answer unknown = ANN.post("/key/generate", "{\"budget_id\":\"large\"}");
        assertThat(unknown.status()).isEqualTo(400);
        assertThat(unknown.json().at("/error/param").asText()).isEqualTo("budget_id");
    }

    @Test
    void what_one_call_asks_for_is_made_whole_or_not_at_all() {
        String before = counts();
        Answer refused =
                ANN.post("/key/generate", "{\"key_alias\":\"half\",\"max_budget\":1,\"budget_id\":\"nowhere\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(counts()).isEqualTo(before);

        JsonNode key = generated("\"max_budget\":1");
        DATABASE.execute("insert into rule (id, owner, owner_id, organization_id) select 'lim_full' || i, 'key', '"
                + key.path("key_id").asText() + "', '" + ACME + "' from generate_series(1, 100) i");
        DATABASE.execute("insert into usage_limit (id, kind, amount)"
                + " select 'lim_full' || i, 'output_cap', 1000 from generate_series(1, 100) i");
        Answer full = ANN.post(
                "/key/update", "{\"key\":" + quote(key.path("token").asText()) + ",\"max_budget\":2,\"rpm_limit\":5}");
        assertThat(full.status()).as(full.toString()).isEqualTo(409);
        assertThat(number(ANN.get("/key/info?key=" + key.path("token").asText()).text(), "max_budget"))
                .isEqualTo("1");
    }

    @Test
    void a_budget_changes_its_period_and_ends() {
        JsonNode key = generated("\"max_budget\":1");
        assertThat(key.path("budget_duration").isNull()).isTrue();
        assertThat(update(key, "\"budget_duration\":\"1d\"")
                        .path("budget_duration")
                        .asText())
                .isEqualTo("1d");
        JsonNode weekly = update(key, "\"budget_duration\":\"1w\",\"max_budget\":123456789.123456789");
        assertThat(weekly.path("budget_duration").asText()).isEqualTo("7d");
        assertThat(weekly.path("budget_reset_at").asText()).endsWith("T00:00:00Z");
        assertThat(update(key, "\"key_alias\":\"renamed\"").path("key_alias").asText())
                .isEqualTo("renamed");
        assertThat(DATABASE.value("select string_agg(b.period || ' ' || trim_scale(b.amount * 0.000000001) || ' '"
                        + " || (r.archived_at is null), ', ' order by r.created_at) from budget b join rule r using (id)"
                        + " where r.owner_id = '" + key.path("key_id").asText() + "'"))
                .isEqualTo("total 1 false, day 1 false, week 123456789.123456789 true");
        JsonNode ended = update(key, "\"max_budget\":null");
        assertThat(ended.path("max_budget").isNull()).isTrue();
        assertThat(ended.path("budget_duration").isNull()).isTrue();
    }

    @Test
    void a_repetition_does_nothing_twice_and_shows_no_secret() {
        String body = "{\"key_alias\":\"once\"}";
        Answer first = ANN.post("/key/generate", body, "Idempotency-Key", "generate-once");
        Answer again = ANN.post("/key/generate", body, "Idempotency-Key", "generate-once");
        assertThat(first.status()).as(first.toString()).isEqualTo(200);
        assertThat(again.errorCode()).isEqualTo("secret_shown_once");
        assertThat(again.text()).contains(first.json().path("key_id").asText()).doesNotContainPattern(SECRET);

        String update = "{\"key\":" + first.json().path("token") + ",\"max_budget\":987654321.123456789}";
        Answer changed = ANN.post("/key/update", update, "Idempotency-Key", "update-once");
        Answer repeated = ANN.post("/key/update", update, "Idempotency-Key", "update-once");
        assertThat(repeated.text()).isEqualTo(changed.text()).contains("\"max_budget\":987654321.123456789");
    }

    @Test
    void keys_belong_to_whom_the_request_or_the_token_names() {
        Answer nobodys = MASTER.post("/key/generate", "{}");
        assertThat(nobodys.status()).as(nobodys.toString()).isEqualTo(400);
        assertThat(nobodys.json().at("/error/param").asText()).isEqualTo("organization_id");
        assertThat(nobodys.text()).contains("expected: org_");

        JsonNode clients = generated("\"team_id\":" + quote(CLIENT));
        assertThat(clients.path("team_id").asText()).isEqualTo(CLIENT);
        assertThat(clients.path("organization_id").asText()).isEqualTo(ACME);
        Answer masters = MASTER.post("/key/generate", "{\"team_id\":" + quote(ACME) + ",\"max_budget\":3}");
        assertThat(masters.json().path("organization_id").asText()).isEqualTo(ACME);

        Answer loosened = ANN.post("/key/update", "{\"key\":" + masters.json().path("token") + ",\"max_budget\":30}");
        assertThat(loosened.errorCode()).as("the platform has set it").isEqualTo("conflict");
        Answer moved = ANN.post("/key/update", "{\"key\":" + clients.path("token") + ",\"team_id\":\"cli_other\"}");
        assertThat(moved.json().at("/error/param").asText()).isEqualTo("team_id");
    }

    @Test
    void keys_are_deleted_by_their_aliases_all_or_none() {
        JsonNode one = generated("\"key_alias\":\"batch-1\"");
        generated("\"key_alias\":\"batch-2\"");
        Answer twice = ANN.post("/key/generate", "{\"key_alias\":\"batch-1\"}");
        assertThat(twice.json().at("/error/param").asText()).isEqualTo("key_alias");

        Answer unknown = ANN.post("/key/delete", "{\"key_aliases\":[\"batch-1\",\"batch-9\"]}");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(app(one).post(CHAT, HELLO).status()).isEqualTo(200);
        Answer deleted = ANN.post("/key/delete", "{\"key_aliases\":[\"batch-1\",\"batch-2\"]}");
        assertThat(deleted.json().path("deleted_keys")).as(deleted.toString()).hasSize(2);
        assertThat(app(one).post(CHAT, HELLO).status()).isEqualTo(401);
        assertThat(ANN.post("/key/generate", "{\"key_alias\":\"batch-1\"}").status())
                .as("is free again")
                .isEqualTo(200);
    }

    @Test
    void who_sees_no_money_is_told_none() {
        JsonNode key = generated("\"key_alias\":\"seen\",\"max_budget\":1,\"rpm_limit\":5");
        String path = "/key/info?key=" + key.path("token").asText();
        JsonNode info = token(ACME, "viewer").get(path).json().path("info");
        assertThat(info.path("key_alias").asText()).isEqualTo("seen");
        assertThat(info.has("spend") || info.has("max_budget") || info.has("rpm_limit"))
                .as(info.toString())
                .isFalse();
        String other = made("organizations", "{\"name\":\"other\"}");
        assertThat(administrator(other).get(path).status()).isEqualTo(404);
        assertThat(administrator(other)
                        .get("/spend/logs?api_key=" + key.path("token").asText())
                        .status())
                .isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "key | /key/generate | 'key':'sk-mine'",
                "guardrails | /key/generate | 'guardrails':['pii']",
                "model_max_budget | /key/generate | 'model_max_budget':{'gpt-4o':5}",
                "max_budgets | /key/generate | 'max_budgets':5",
                "max_budget | /key/generate | 'max_budget':'5'",
                "max_budget | /key/generate | 'max_budget':0.0000000001",
                "budget_duration | /key/generate | 'max_budget':5,'budget_duration':'5m'",
                "budget_duration | /key/generate | 'budget_duration':'1d'",
                "team_id | /key/generate | 'team_id':'engineering'",
                "models | /key/generate | 'models':'gpt-4o'",
                "key | /key/update | 'max_budget':5",
                "spend | /key/update | 'key':'key_x','spend':0",
                "keys | /key/delete | 'keys':[]",
                "key_aliases | /key/delete | 'key_aliases':['a\\u0000b']",
                "max_budget | /budget/new | 'budget_id':'empty'",
                "budget_reset_at | /budget/new | 'max_budget':1,'budget_reset_at':'2027-01-01'",
            })
    void what_is_not_taken_is_a_400_that_names_the_field(String field, String path, String members) {
        Answer refused = ANN.post(path, "{" + members.replace('\'', '"') + "}");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asText())
                .as(refused.toString())
                .isEqualTo(field);
        assertThat(refused.json().at("/error/message").asText()).contains("expected: ");
        assertThat(refused.json().at("/error/type").asText()).isEqualTo("invalid_request_error");
    }

    @Test
    void it_is_where_administration_is() {
        try (TollgateProcess apart = TollgateProcess.setUp()
                .over(TestPostgres.freshDatabase())
                .asking(TestProvider.get())
                .with("TOLLGATE_ADMIN_PORT", Integer.toString(FreePort.any()))
                .start()) {
            ApiClient administration = apart.administration();
            Answer made = administration.post("/key/generate", "{}");
            assertThat(made.status())
                    .as("belongs to the only organization: " + made)
                    .isEqualTo(200);
            assertThat(new ApiClient(apart.root(), administration.key())
                            .post("/key/generate", "{}")
                            .status())
                    .isEqualTo(404);
        }
    }

    private static void useUp(ApiClient app) {
        Await.until(
                "the budget is used up", () -> app.post(CHAT, HELLO).errorCode().equals("budget_exceeded"));
    }

    private static JsonNode generated(String members) {
        Answer made = ANN.post("/key/generate", "{" + members + "}");
        assertThat(made.status()).as(made.toString()).isEqualTo(200);
        return made.json();
    }

    private static JsonNode update(JsonNode key, String members) {
        Answer updated = ANN.post("/key/update", "{\"key\":" + key.path("token") + "," + members + "}");
        assertThat(updated.status()).as(updated.toString()).isEqualTo(200);
        return updated.json();
    }

    private static ApiClient app(JsonNode key) {
        return new ApiClient(TOLLGATE.root(), key.path("key").asText());
    }

    private static JsonNode logs(String query) {
        Answer logs = ANN.get("/spend/logs?" + query);
        assertThat(logs.status()).as(logs.toString()).isEqualTo(200);
        return logs.json();
    }

    private static String sum(JsonNode rows) {
        return StreamSupport.stream(rows.spliterator(), false)
                .map(row -> new BigDecimal(row.path("spend").asText()))
                .reduce(BigDecimal.ZERO, BigDecimal::add)
                .stripTrailingZeros()
                .toPlainString();
    }

    /** The digits of a number as they were sent. */
    private static String number(String json, String member) {
        Matcher digits = Pattern.compile("\"" + member + "\":([0-9.]+)").matcher(json);
        assertThat(digits.find()).as(json).isTrue();
        return digits.group(1);
    }

    private static String counts() {
        return DATABASE.value("select (select count(*) from api_key) || ' ' || (select count(*) from rule) || ' '"
                + " || (select count(*) from audit_log)");
    }

    private static String sha256(String key) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance("SHA-256").digest(key.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ApiClient administrator(String organization) {
        return token(organization, "organization_administrator");
    }

    private static ApiClient token(String organization, String role) {
        Answer made = MASTER.post(
                "/admin/v1/tokens",
                "{\"name\":\"ann\",\"role\":" + quote(role) + ",\"organization_id\":" + quote(organization) + "}");
        return new ApiClient(MASTER.root(), made.json().path("token").asText());
    }

    private static String made(String collection, String body) {
        Answer made = MASTER.post("/admin/v1/" + collection, body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().path("id").asText();
    }
}

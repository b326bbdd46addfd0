package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Budgets and limits over REST: who may set which, what is refused, and what is said of it. */
class BudgetsIT {
    private static final String BUDGETS = "/admin/v1/budgets";
    private static final String LIMITS = "/admin/v1/limits";

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final String ACME = made("organizations", "{\"name\":\"acme\"}");
    private static final String OTHER = made("organizations", "{\"name\":\"other\"}");
    private static final String CLIENT = made("clients", "{\"name\":\"web\",\"organization_id\":" + quote(ACME) + "}");
    private static final String KEY = made("keys", "{\"name\":\"k\",\"client_id\":" + quote(CLIENT) + "}");
    private static final String OTHERS_KEY = made("keys", "{\"name\":\"k\",\"organization_id\":" + quote(OTHER) + "}");
    private static final ApiClient ANN = administrator(ACME);

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_budget_says_what_it_was_made_of() {
        Answer created = ANN.post(BUDGETS, """
                {"scope":{"owner":"client","owner_id":%s,"models":["gpt-5*","gpt-4o"],"feature":"chat",
                          "tag":{"key":"team","value":"search"},"per":["end_user"]},
                 "name":"Each user, a week","measure":"charge","amount":"12.50","multiplier":"1.250","currency":"USD","period":"week",
                 "zone":"Europe/Berlin","week_start":"sunday","mode":"soft","carry_over":true,"carry_over_max":"5",
                 "thresholds":[90,50,90]}""".formatted(quote(CLIENT)));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        JsonNode budget = created.json();
        String id = budget.path("id").asText();
        assertThat(id).matches("bud_[0-9a-z]{12}");
        assertThat(created.header("location")).endsWith(BUDGETS + "/" + id);
        assertThat(budget.path("organization_id").asText()).isEqualTo(ACME);
        assertThat(budget.path("scope").toString()).isEqualTo("""
                {"owner":"client","owner_id":"%s","models":["gpt-4o","gpt-5*"],"feature":"chat",\
                "tag":{"key":"team","value":"search"},"end_user":null,"per":["end_user"]}""".formatted(CLIENT));
        assertThat(budget.path("amount").asText()).isEqualTo("12.5");
        assertThat(budget.path("multiplier").asText()).isEqualTo("1.25");
        assertThat(budget.path("currency").asText()).isEqualTo("USD");
        assertThat(budget.path("week_start").asText()).isEqualTo("sunday");
        assertThat(budget.path("carry_over_max").asText()).isEqualTo("5");
        assertThat(budget.path("thresholds").toString()).isEqualTo("[50,90]");
        assertThat(budget.path("origin").isNull()).isTrue();
        assertThat(ANN.get(BUDGETS + "/" + id).json()).isEqualTo(budget);
        assertThat(ROOT.get(BUDGETS + "?owner=client&owner_id=" + CLIENT).text())
                .contains(id);

        JsonNode audited = ROOT.get("/admin/v1/audit?object_id=" + id).json().at("/data/0");
        assertThat(audited.path("action").asText()).isEqualTo("budget.create");
        assertThat(audited.path("organization_id").asText()).isEqualTo(ACME);
        assertThat(audited.path("after")).isEqualTo(budget);
    }

    @Test
    void a_change_is_a_merge_patch_to_the_version_that_was_read() {
        String path = BUDGETS + "/" + budget(ANN, "\"amount\":\"10\",\"period\":\"month\"");
        String tag = ANN.get(path).header("etag");

        Answer changed = patch(
                ANN, path, "{\"name\":\"renamed\",\"scope\":{\"feature\":\"pdf\"},\"enabled\":false}", "If-Match", tag);
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        assertThat(changed.json().path("name").asText()).isEqualTo("renamed");
        assertThat(changed.json().at("/scope/feature").asText()).isEqualTo("pdf");
        assertThat(changed.json().path("amount").asText()).isEqualTo("10");
        assertThat(changed.json().path("enabled").asBoolean()).isFalse();

        assertThat(patch(ANN, path, "{\"name\":\"late\"}", "If-Match", tag).status())
                .isEqualTo(412);
        Answer same = patch(ANN, path, "{\"name\":\"renamed\"}");
        assertThat(same.header("etag")).as("nothing changed").isEqualTo(changed.header("etag"));
        assertThat(patch(ANN, path, "{\"scope\":{\"feature\":null}}")
                        .json()
                        .at("/scope/feature")
                        .isNull())
                .isTrue();
    }

    @Test
    void an_archived_budget_stays_as_it_is() {
        String path = BUDGETS + "/" + budget(ANN, "\"amount\":\"10\",\"period\":\"month\"");
        assertThat(ANN.delete(path).status()).isEqualTo(204);
        assertThat(ANN.delete(path).status()).as("again").isEqualTo(204);
        assertThat(ANN.get(path).json().path("archived_at").isNull()).isFalse();
        assertThat(patch(ANN, path, "{\"amount\":\"11\"}").errorCode()).isEqualTo("conflict");
        assertThat(ids(ANN, BUDGETS)).doesNotContain(path.substring(BUDGETS.length() + 1));
        assertThat(ids(ANN, BUDGETS + "?state=ended")).contains(path.substring(BUDGETS.length() + 1));
    }

    @Test
    void an_organization_cannot_loosen_what_the_platform_has_set_for_it() {
        String path = BUDGETS + "/" + budget(ROOT, "\"amount\":\"10\",\"period\":\"month\"");
        JsonNode read = ANN.get(path).json();
        assertThat(read.path("origin").asText()).isEqualTo("platform");

        for (Answer refused : new Answer[] {patch(ANN, path, "{\"amount\":\"99\"}"), ANN.delete(path)}) {
            assertThat(refused.errorCode()).isEqualTo("conflict");
            assertThat(refused.text()).contains("The platform has set this");
        }
        assertThat(patch(ROOT, path, "{\"amount\":\"20\"}").status()).isEqualTo(200);
    }

    @Test
    void what_something_else_keeps_is_changed_there() {
        String id = budget(ANN, "\"amount\":\"10\",\"period\":\"month\"");
        DATABASE.execute("update rule set origin = 'setting:org_x:chat' where id = '" + id + "'");
        Answer refused = patch(ROOT, BUDGETS + "/" + id, "{\"amount\":\"99\"}");
        assertThat(refused.errorCode()).isEqualTo("conflict");
        assertThat(refused.text()).contains("setting:org_x:chat");
    }

    @Test
    void what_is_another_organizations_is_as_if_it_were_not_there() {
        String foreign = budget(ROOT, OTHER, "\"amount\":\"10\",\"period\":\"month\"");
        for (Answer refused : new Answer[] {
            ANN.get(BUDGETS + "/" + foreign),
            patch(ANN, BUDGETS + "/" + foreign, "{\"name\":\"mine\"}"),
            ANN.delete(BUDGETS + "/" + foreign),
            ANN.get(BUDGETS + "?organization_id=" + OTHER),
            ANN.post(BUDGETS, body("organization", OTHER, "\"amount\":\"1\",\"period\":\"day\"")),
            ANN.post(BUDGETS, body("key", OTHERS_KEY, "\"amount\":\"1\",\"period\":\"day\"")),
            ANN.post(BUDGETS, body("client", "cli_000000000000", "\"amount\":\"1\",\"period\":\"day\"")),
            ANN.post(LIMITS, body("key", OTHERS_KEY, "\"kind\":\"concurrency\",\"amount\":1")),
            ANN.get(BUDGETS + "/bud_starter_month"),
        }) {
            assertThat(refused.status()).as(refused.toString()).isEqualTo(404);
            assertThat(refused.errorCode()).isEqualTo("object_not_found");
        }
        assertThat(ids(ANN, BUDGETS + "?limit=1000")).doesNotContain(foreign, "bud_starter_month");
        Answer platforms = ANN.post(BUDGETS, body("platform", "", "\"amount\":\"1\",\"period\":\"day\""));
        assertThat(platforms.status()).as(platforms.toString()).isEqualTo(403);
    }

    @Test
    void an_end_user_is_known_by_the_hash_that_the_ledger_has() {
        Answer created = ANN.post(
                BUDGETS,
                "{\"scope\":{\"owner\":\"organization\",\"end_user\":\"jane@example.com\"},\"name\":\"Jane\","
                        + "\"amount\":100,\"measure\":\"requests\",\"period\":\"day\"}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String hash = created.json().at("/scope/end_user").asText();
        assertThat(hash).matches("[0-9a-f]{32}");
        String path = BUDGETS + "/" + created.json().path("id").asText();
        assertThat(patch(ANN, path, "{\"scope\":{\"end_user\":" + quote(hash) + "}}")
                        .json()
                        .at("/scope/end_user")
                        .asText())
                .isEqualTo(hash);
        assertThat(DATABASE.dump()).doesNotContain("jane@example.com");

        Answer nobodys = ROOT.post(
                BUDGETS,
                "{\"scope\":{\"owner\":\"platform\",\"end_user\":\"jane\"},\"name\":\"x\",\"amount\":\"1\","
                        + "\"period\":\"day\"}");
        assertThat(nobodys.json().at("/error/param").asText()).isEqualTo("scope.end_user");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "amount | 'amount':10,'period':'month'",
                "amount | 'amount':'-1','period':'month'",
                "amount | 'amount':'1000000000.1','period':'month'",
                "amount | 'amount':'0.0000000001','period':'month'",
                "amount | 'period':'month'",
                "amount | 'amount':'5','measure':'tokens','period':'month'",
                "amount | 'amount':1.5,'measure':'tokens','period':'month'",
                "amount | 'amount':'5','period':'credit'",
                "multiplier | 'amount':'5','period':'day','multiplier':'1.2345'",
                "multiplier | 'amount':'5','period':'day','multiplier':'1000.001'",
                "multiplier | 'amount':'5','period':'day','multiplier':2",
                "multiplier | 'period':'credit','multiplier':'2'",
                "period | 'amount':'5'",
                "period | 'amount':'5','period':'fortnight'",
                "measure | 'amount':'5','period':'day','measure':'cost'",
                "currency | 'amount':'5','period':'day','currency':'EUR'",
                "currency | 'amount':5,'period':'day','measure':'tokens','currency':'USD'",
                "zone | 'amount':'5','period':'day','zone':'Mars/Olympus'",
                "zone | 'amount':'5','period':'day','zone':'+02:00'",
                "week_start | 'amount':'5','period':'day','week_start':'1'",
                "year_start | 'amount':'5','period':'day','year_start':'smarch'",
                "mode | 'amount':'5','period':'day','mode':'harder'",
                "thresholds | 'amount':'5','period':'day','thresholds':[0]",
                "thresholds | 'amount':'5','period':'day','thresholds':[1001]",
                "carry_over | 'amount':'5','period':'total','carry_over':true",
                "carry_over_max | 'amount':'5','period':'day','carry_over_max':'1'",
                "immediate | 'amount':'5','period':'day','immediate':true",
                "limit | 'amount':'5','period':'day','limit':5",
            })
    void a_budget_that_is_none_is_refused_with_the_member_named(String member, String members) {
        Answer refused = ANN.post(BUDGETS, body("organization", ACME, members.replace('\'', '"')));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asText())
                .as(refused.toString())
                .isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "scope.models | 'models':[]",
                "scope.models | 'models':['gpt*5']",
                "scope.models | 'models':[null]",
                "scope.feature | 'feature':'a b'",
                "scope.tag.key | 'tag':{'value':'x'}",
                "scope.per | 'per':['planet']",
                "scope.per | 'per':['key','key']",
                "scope.per | 'per':['tag']",
                "scope.owner | 'owner':'planet'",
            })
    void a_scope_that_is_none_is_refused_with_the_member_named(String member, String members) {
        String owner = members.contains("owner") ? "" : ",\"owner\":\"organization\"";
        Answer refused = ANN.post(
                LIMITS,
                "{\"scope\":{" + members.replace('\'', '"') + owner
                        + "},\"name\":\"x\",\"kind\":\"concurrency\",\"amount\":1}");
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asText())
                .as(refused.toString())
                .isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "'kind':'requests','amount':60,'period':'minute'",
                "'kind':'tokens','amount':0,'period':'day'",
                "'kind':'input_tokens','amount':1000000,'period':'hour','burst':5000",
                "'kind':'concurrency','amount':10",
                "'kind':'request_bytes','amount':1048576",
                "'kind':'output_cap','amount':4096",
                "'kind':'deadline','amount':120",
                "'kind':'price_per_request','amount':'0.25','currency':'USD'",
                "'kind':'share_per_request','amount':'2.5'",
            })
    void a_limit_says_what_it_was_made_of(String members) {
        Answer created = ANN.post(LIMITS, body("key", KEY, members.replace('\'', '"')));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        Json.parse("{" + members.replace('\'', '"') + "}")
                .properties()
                .forEach(member -> assertThat(created.json().path(member.getKey()))
                        .as(member.getKey())
                        .isEqualTo(member.getValue()));
        String path = LIMITS + "/" + created.json().path("id").asText();
        assertThat(ANN.get(path).json()).isEqualTo(created.json());
        assertThat(ANN.delete(path).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "kind | 'amount':60",
                "kind | 'kind':'rate','amount':60",
                "amount | 'kind':'concurrency'",
                "amount | 'kind':'concurrency','amount':-1",
                "amount | 'kind':'concurrency','amount':3000000000",
                "amount | 'kind':'deadline','amount':86401",
                "amount | 'kind':'price_per_request','amount':1",
                "amount | 'kind':'share_per_request','amount':'0'",
                "amount | 'kind':'share_per_request','amount':'100.01'",
                "amount | 'kind':'share_per_request','amount':'1.234'",
                "period | 'kind':'requests','amount':60",
                "period | 'kind':'requests','amount':60,'period':'week'",
                "period | 'kind':'concurrency','amount':60,'period':'minute'",
                "burst | 'kind':'concurrency','amount':60,'burst':1",
                "burst | 'kind':'requests','amount':60,'period':'minute','burst':0",
                "burst | 'kind':'requests','amount':1,'period':'day','burst':31",
            })
    void a_limit_that_is_none_is_refused_with_the_member_named(String member, String members) {
        Answer refused = ANN.post(LIMITS, body("organization", ACME, members.replace('\'', '"')));
        assertThat(refused.status()).as(refused.toString()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asText())
                .as(refused.toString())
                .isEqualTo(member);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "measure | 'measure':'tokens'",
                "period | 'period':'total'",
                "scope.owner | 'scope':{'owner':'platform'}",
                "scope.owner_id | 'scope':{'owner_id':'org_x'}",
                "scope.per | 'scope':{'per':['key']}",
                "immediate | 'zone':'Asia/Tokyo','immediate':true",
            })
    void what_its_windows_were_opened_by_stays(String member, String members) {
        String path = BUDGETS + "/" + budget(ANN, "\"amount\":\"10\",\"period\":\"month\"");
        Answer refused = patch(ANN, path, "{" + members.replace('\'', '"') + "}");
        assertThat(refused.json().at("/error/param").asText())
                .as(refused.toString())
                .isEqualTo(member);
    }

    @Test
    void an_owner_has_a_hundred_of_a_kind_at_most() {
        String crowded = made("organizations", "{\"name\":\"crowded\"}");
        DATABASE.execute(
                "insert into rule (id, owner, owner_id, organization_id) select 'lim_crowd' || i, 'organization', '"
                        + crowded + "', '" + crowded + "' from generate_series(1, 100) i",
                "insert into usage_limit (id, kind, amount)"
                        + " select 'lim_crowd' || i, 'concurrency', 1 from generate_series(1, 100) i");
        Answer refused = ROOT.post(LIMITS, body("organization", crowded, "\"kind\":\"concurrency\",\"amount\":1"));
        assertThat(refused.errorCode()).isEqualTo("conflict");
        assertThat(refused.text()).contains("There are 100 rules");
        assertThat(ROOT.delete(LIMITS + "/lim_crowd1").status()).isEqualTo(204);
        assertThat(ROOT.post(LIMITS, body("organization", crowded, "\"kind\":\"concurrency\",\"amount\":1"))
                        .status())
                .isEqualTo(201);
    }

    @Test
    void lists_come_in_pages_from_the_newest_on() {
        String organization = made("organizations", "{\"name\":\"pages\"}");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(budget(ROOT, organization, "\"amount\":\"10\",\"period\":\"month\""));
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = ROOT.get(BUDGETS + "?limit=2&organization_id=" + organization + cursor)
                    .json();
            page.path("data").forEach(each -> listed.add(each.path("id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(listed).isEqualTo(made);
        assertThat(ROOT.get(BUDGETS + "?owner=planet").status()).isEqualTo(400);
        assertThat(ROOT.get(BUDGETS + "?owner_id=%00").status()).isEqualTo(400);
        assertThat(ROOT.get(BUDGETS + "?cursor=%00").status()).isEqualTo(400);
        assertThat(ROOT.get(BUDGETS + "/%00").status()).isEqualTo(404);
    }

    @Test
    void a_repeated_creation_makes_one_budget() {
        String organization = made("organizations", "{\"name\":\"once\"}");
        String body = body("organization", organization, "\"amount\":\"1\",\"period\":\"day\"");
        Answer first = ROOT.post(BUDGETS, body, "Idempotency-Key", "budget-once");
        Answer again = ROOT.post(BUDGETS, body, "Idempotency-Key", "budget-once");
        assertThat(again.json()).isEqualTo(first.json());
        assertThat(ids(ROOT, BUDGETS + "?organization_id=" + organization)).hasSize(1);
    }

    private static String budget(ApiClient client, String members) {
        return budget(client, ACME, members);
    }

    private static String budget(ApiClient client, String organization, String members) {
        Answer created = client.post(BUDGETS, body("organization", organization, members));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json().path("id").asText();
    }

    private static String body(String owner, String ownerId, String members) {
        String id = ownerId.isEmpty() ? "" : ",\"owner_id\":" + quote(ownerId);
        return "{\"name\":\"x\",\"scope\":{\"owner\":" + quote(owner) + id + "}," + members + "}";
    }

    private static Answer patch(ApiClient client, String path, String body, String... headers) {
        return client.send(client.request(path, headers)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    private static List<String> ids(ApiClient client, String path) {
        List<String> ids = new ArrayList<>();
        client.get(path)
                .json()
                .path("data")
                .forEach(each -> ids.add(each.path("id").asText()));
        return ids;
    }

    private static ApiClient administrator(String organization) {
        Answer made = ROOT.post(
                "/admin/v1/tokens",
                "{\"name\":\"ann\",\"role\":\"organization_administrator\",\"organization_id\":" + quote(organization)
                        + "}");
        return new ApiClient(ROOT.root(), made.json().path("token").asText());
    }

    private static String made(String collection, String body) {
        Answer made = ROOT.post("/admin/v1/" + collection, body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().path("id").asText();
    }
}

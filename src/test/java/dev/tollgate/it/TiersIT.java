package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Tiers and stops over REST. */
class TiersIT {
    private static final String TIERS = "/admin/v1/tiers";
    private static final String STOPS = "/admin/v1/stops";
    private static final String ORGANIZATIONS = "/admin/v1/organizations";

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final String ACME = DATABASE.value("select id from organization");
    private static final ApiClient ANN = administrator();

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void tollgate_comes_with_tiers() {
        JsonNode starter = ANN.get(TIERS + "/starter").json();
        assertThat(starter.at("/budgets/0/measure").asText()).isEqualTo("tokens");
        assertThat(starter.at("/budgets/0/amount").asLong()).isEqualTo(50_000);
        assertThat(starter.at("/budgets/0/scope/per/0").asText()).isEqualTo("organization");
        assertThat(starter.at("/limits/0/kind").asText()).isEqualTo("deadline");
        assertThat(starter.at("/limits/0/amount").asLong()).isEqualTo(120);
        assertThat(ROOT.get(TIERS).json().at("/data/0/name").asText()).isEqualTo("default");
        assertThat(ROOT.get(TIERS + "?limit=1").json().path("next_cursor").asText())
                .isEqualTo("default");
        assertThat(ROOT.get(TIERS + "?limit=1&cursor=enterprise")
                        .json()
                        .at("/data/0/name")
                        .asText())
                .isEqualTo("free");
    }

    @Test
    void a_copy_has_rules_of_its_own() {
        Answer created = ROOT.post(TIERS, "{\"name\":\"startup\",\"copy_of\":\"starter\"}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        JsonNode copy = created.json();
        assertThat(copy.path("description").asText()).isEqualTo("50,000 tokens a month");
        assertThat(copy.at("/budgets/0/amount").asLong()).isEqualTo(50_000);
        assertThat(copy.at("/budgets/0/scope/owner_id").asText()).isEqualTo("startup");
        assertThat(copy.path("limits")).hasSize(1);
        String budget = copy.at("/budgets/0/id").asText();
        assertThat(budget).isNotEqualTo("bud_starter_month");

        assertThat(patch("/admin/v1/budgets/" + budget, "{\"amount\":75000,\"multiplier\":\"2\"}")
                        .status())
                .isEqualTo(200);
        assertThat(ROOT.post(TIERS, "{\"name\":\"season\",\"copy_of\":\"startup\"}")
                        .json()
                        .at("/budgets/0/multiplier")
                        .asText())
                .isEqualTo("2");
        assertThat(ROOT.get(TIERS + "/startup").json().at("/budgets/0/amount").asLong())
                .isEqualTo(75_000);
        assertThat(ROOT.get(TIERS + "/starter").json().at("/budgets/0/amount").asLong())
                .isEqualTo(50_000);
        assertThat(ROOT.post(
                                "/admin/v1/limits",
                                "{\"name\":\"ten\",\"kind\":\"concurrency\",\"amount\":10,"
                                        + "\"scope\":{\"owner\":\"tier\",\"owner_id\":\"startup\"}}")
                        .status())
                .isEqualTo(201);
        assertThat(ROOT.get(TIERS + "/startup").json().path("limits")).hasSize(2);
        assertThat(ROOT.post(TIERS, "{\"name\":\"startup\"}").errorCode()).isEqualTo("conflict");
    }

    @Test
    void a_tier_is_archived_with_its_rules_when_no_organization_has_it() {
        ROOT.post(TIERS, "{\"name\":\"short-lived\",\"copy_of\":\"free\"}");
        String organization = ROOT.post(ORGANIZATIONS, "{\"name\":\"x\",\"tier\":\"short-lived\"}")
                .json()
                .path("id")
                .asText();
        String path = TIERS + "/short-lived";
        Answer refused = ROOT.delete(path);
        assertThat(refused.errorCode()).isEqualTo("conflict");
        assertThat(refused.text()).contains("1 organizations");

        assertThat(patch(ORGANIZATIONS + "/" + organization, "{\"tier\":\"free\"}")
                        .status())
                .isEqualTo(200);
        assertThat(ROOT.delete(path).status()).isEqualTo(204);
        assertThat(ROOT.delete(path).status()).as("again").isEqualTo(204);
        assertThat(ROOT.get(path).json().path("budgets")).isEmpty();
        assertThat(ROOT.get(TIERS + "?state=ended").text()).contains("short-lived");
        assertThat(patch(path, "{\"description\":\"y\"}").errorCode()).isEqualTo("conflict");
        assertThat(ROOT.delete(TIERS + "/default").errorCode()).isEqualTo("conflict");
        assertThat(ROOT.get("/admin/v1/audit?action=tier.archive&object_id=short-lived")
                        .json()
                        .path("data"))
                .hasSize(1);
    }

    @Test
    void a_tier_is_described_in_the_version_that_was_read() {
        ROOT.post(TIERS, "{\"name\":\"described\"}");
        String path = TIERS + "/described";
        String tag = ROOT.get(path).header("etag");
        assertThat(patch(path, "{\"description\":\"for friends\"}", "If-Match", tag)
                        .json()
                        .path("description")
                        .asText())
                .isEqualTo("for friends");
        assertThat(patch(path, "{\"description\":\"late\"}", "If-Match", tag).status())
                .isEqualTo(412);
    }

    @Test
    void an_organization_is_given_a_tier_that_there_is() {
        Answer refused = ROOT.post(ORGANIZATIONS, "{\"name\":\"x\",\"tier\":\"platinum\"}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.json().at("/error/param").asText()).isEqualTo("tier");
        String path = ORGANIZATIONS + "/" + ACME;
        assertThat(patch(path, "{\"tier\":\"platinum\"}").status()).isEqualTo(400);
        assertThat(patch(path, "{\"tier\":\"scale\"}").status()).isEqualTo(200);

        DATABASE.execute("update organization set tier = 'of old' where id = '" + ACME + "'");
        assertThat(patch(path, "{\"owner\":\"Ann\"}").status())
                .as("what is there stays until it is changed")
                .isEqualTo(200);
        assertThat(patch(path, "{\"tier\":null}").status()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "400 | 'name':'Gold'",
                "400 | 'name':''",
                "400 | 'description':'x'",
                "400 | 'name':'x y'",
                "404 | 'name':'gold','copy_of':'platinum'",
                "400 | 'name':'gold','amount':5",
            })
    void a_tier_that_is_none_is_refused(int status, String members) {
        assertThat(ROOT.post(TIERS, "{" + members.replace('\'', '"') + "}").status())
                .isEqualTo(status);
    }

    @Test
    void a_stop_holds_until_it_is_lifted() {
        Answer created = ANN.post(STOPS, "{\"reason\":\"a key has leaked\",\"cut_streams\":true}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        JsonNode stop = created.json();
        assertThat(stop.path("owner").asText()).isEqualTo("organization");
        assertThat(stop.path("owner_id").asText()).isEqualTo(ACME);
        assertThat(stop.path("cut_streams").asBoolean()).isTrue();
        assertThat(stop.path("origin").isNull()).isTrue();
        String path = STOPS + "/" + stop.path("id").asText();
        assertThat(ANN.get(path).json()).isEqualTo(stop);
        assertThat(ANN.get(STOPS).text()).contains(stop.path("id").asText());

        Answer lifted = ANN.post(path + "/lift", "");
        assertThat(lifted.status()).as(lifted.toString()).isEqualTo(200);
        assertThat(lifted.json().path("lifted_at").isNull()).isFalse();
        assertThat(ANN.delete(path).status()).as("again").isEqualTo(204);
        assertThat(ANN.get(STOPS).text()).doesNotContain(stop.path("id").asText());
        assertThat(ANN.get(STOPS + "?state=ended").text())
                .contains(stop.path("id").asText());
        JsonNode audited = ROOT.get(
                        "/admin/v1/audit?object_id=" + stop.path("id").asText())
                .json()
                .path("data");
        assertThat(audited).hasSize(2);
        assertThat(audited.get(0).path("action").asText()).isEqualTo("stop.lift");
    }

    @Test
    void an_organization_cannot_lift_what_the_platform_has_stopped() {
        Answer created = ROOT.post(STOPS, "{\"owner\":\"organization\",\"owner_id\":" + quote(ACME) + "}");
        String path = STOPS + "/" + created.json().path("id").asText();
        assertThat(ANN.get(path).json().path("origin").asText()).isEqualTo("platform");
        assertThat(ANN.delete(path).errorCode()).isEqualTo("conflict");
        assertThat(ANN.post(path + "/lift", "").errorCode()).isEqualTo("conflict");
        assertThat(ROOT.delete(path).status()).isEqualTo(204);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "201 | 403 | 'owner':'platform'",
                "201 | 403 | 'owner':'model','owner_id':'gpt-5*'",
                "201 | 403 | 'owner':'account','owner_id':'openai'",
                "404 | 404 | 'owner':'organization','owner_id':'org_000000000000'",
                "404 | 404 | 'owner':'client','owner_id':'cli_000000000000'",
                "404 | 404 | 'owner':'key','owner_id':'key_000000000000'",
                "404 | 404 | 'owner':'key','owner_id':'x'",
                "400 | 400 | 'owner':'key'",
                "400 | 400 | 'owner':'tier','owner_id':'free'",
                "400 | 403 | 'owner':'platform','owner_id':'x'",
                "400 | 403 | 'owner':'model','owner_id':'a*b'",
                "400 | 403 | 'owner':'account','owner_id':'a b'",
            })
    void what_can_be_stopped_by_whom(int byRoot, int byAnn, String members) {
        String body = "{" + members.replace('\'', '"') + "}";
        assertThat(ROOT.post(STOPS, body).status()).isEqualTo(byRoot);
        assertThat(ANN.post(STOPS, body).status()).isEqualTo(byAnn);
    }

    private static Answer patch(String path, String body, String... headers) {
        return ROOT.send(ROOT.request(path, headers)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    private static ApiClient administrator() {
        Answer made = ROOT.post(
                "/admin/v1/tokens",
                "{\"name\":\"ann\",\"role\":\"organization_administrator\",\"organization_id\":" + quote(ACME) + "}");
        return new ApiClient(ROOT.root(), made.json().path("token").asText());
    }
}

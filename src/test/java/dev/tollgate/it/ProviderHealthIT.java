package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** A customer's provider dies and returns: who serves meanwhile, who pays for it, and what administration shows. */
class ProviderHealthIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String OWN = "sk-proj-of-the-customer-4711-abcd";
    private static final String USAGE =
            json(200, "{\"model\":\"gpt-4o-mini\",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0}}");

    private static final FakeUpstream PLATFORM = FakeUpstream.start().answering(USAGE);
    private static final FakeUpstream CUSTOMER = FakeUpstream.start().answering(USAGE);
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(PLATFORM.baseUrl(), "sk-of-the-platform")
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32")
            .with("TOLLGATE_MASTER_KEY", "11".repeat(32))
            .with("TOLLGATE_PROVIDER_CHECKS", "300ms")
            .start();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final ApiClient RICH = TOLLGATE.newOrganization("rich");

    @AfterAll
    static void nothing_secret_was_written_and_nothing_complained_about() {
        TOLLGATE.close();
        PLATFORM.close();
        CUSTOMER.close();
        assertThat(TOLLGATE.output())
                .contains("is down: the provider answers 503")
                .doesNotContain(OWN);
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void the_platforms_account_stands_in_and_pays_until_the_customers_own_is_well_again() {
        String organization = DATABASE.value("select id from organization where name = 'rich'");
        Answer created = ROOT.post("/admin/v1/provider-accounts", """
                {"organization_id": "%s", "name": "Own", "provider": "openai", "base_url": "%s", "credential": "%s",
                 "stand_in": true}
                """.formatted(organization, CUSTOMER.baseUrl(), OWN));
        assertThat(created.status()).as(created.text()).isEqualTo(201);
        String account = created.json().path("id").asText();
        Await.until("it was checked", () -> status(account).path("check").isObject());
        assertThat(status(account).path("state").asText()).isEqualTo("up");
        assertPays("organization", account);

        CUSTOMER.answering(json(503, "{\"error\":{}}"));
        Await.until("it is down", () -> status(account).path("state").asText().equals("down"));
        Await.until(
                "the platform's serves",
                () -> RICH.post(CHAT, chat("gpt-4o-mini", "Hi")).status() == 200);
        assertPays("platform", "openai");
        assertThat(TOLLGATE.metric("tollgate_provider_accounts", "provider=\"openai\"", "state=\"down\""))
                .isEqualTo(1);

        CUSTOMER.answering(USAGE);
        Await.until(
                "it is well again", () -> status(account).path("state").asText().equals("up"));
        Await.until("it serves again", () -> {
            Answer answer = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
            return TOLLGATE.ledger().entry(answer).text("payer").equals("organization");
        });

        JsonNode changes =
                ROOT.get("/admin/v1/providers/" + account + "/history").json();
        assertThat(changes.path("data").findValuesAsText("to")).containsExactly("up", "down", "degraded");
        JsonNode page =
                ROOT.get("/admin/v1/providers/" + account + "/history?limit=1").json();
        JsonNode next = ROOT.get("/admin/v1/providers/" + account + "/history?limit=2&cursor="
                        + page.path("next_cursor").asText())
                .json();
        assertThat(next.path("data").findValuesAsText("to")).containsExactly("down", "degraded");
        assertThat(next.path("next_cursor").isNull()).isTrue();
        assertThat(ROOT.get("/admin/v1/providers/acc_unknown/history").status()).isEqualTo(404);
        assertThat(ROOT.get("/admin/v1/providers/openai/history").status()).isEqualTo(200);
        assertThat(ROOT.get("/admin/v1/alerts").text())
                .contains("provider.degraded", "provider.down", "provider.recovered");
        double day = Double.parseDouble(status(account).at("/uptime/day").asText());
        assertThat(day).isGreaterThan(0).isLessThan(1);
        assertThat(TOLLGATE.metric("tollgate_provider_checks_total", "outcome=\"server_error\""))
                .isGreaterThanOrEqualTo(3);
    }

    private static void assertPays(String payer, String account) {
        Answer answer = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.text("payer")).isEqualTo(payer);
        assertThat(entry.text("account_id")).isEqualTo(account);
    }

    private static JsonNode status(String account) {
        for (JsonNode each : ROOT.get("/admin/v1/providers").json().path("data")) {
            if (each.path("account_id").asText().equals(account)) {
                return each.path("status");
            }
        }
        throw new AssertionError("no account " + account);
    }
}

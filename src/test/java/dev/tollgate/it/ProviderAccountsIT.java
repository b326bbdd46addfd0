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
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Accounts of customers beside the platform's, over two replicas: each used by its owner alone, who pays for it. */
class ProviderAccountsIT {
    private static final String ACCOUNTS = "/admin/v1/provider-accounts";
    private static final String CHAT = "/v1/chat/completions";
    private static final String MASTER_KEY = "11".repeat(32);
    private static final String PLATFORMS = "sk-of-the-platform-0000000000";
    private static final String OWN = "sk-proj-of-the-customer-4711-abcd";
    private static final String USAGE =
            "{\"model\":\"gpt-4o-mini\",\"usage\":{\"prompt_tokens\":1000,\"completion_tokens\":0}}";

    private static final FakeUpstream PLATFORM = FakeUpstream.start();
    private static final FakeUpstream CUSTOMER = FakeUpstream.start();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final List<TollgateProcess> BOTH = TollgateProcess.start(List.of(replica(), replica()));
    private static final TollgateProcess TOLLGATE = BOTH.getFirst();
    private static final TollgateProcess OTHER = BOTH.getLast();
    private static final ApiClient ROOT = TOLLGATE.administration();
    private static final ApiClient RICH = TOLLGATE.newOrganization("rich");
    private static final ApiClient POOR = TOLLGATE.newOrganization("poor");
    private static final String RICH_ID = DATABASE.value("select id from organization where name = 'rich'");
    private static final String POOR_ID = DATABASE.value("select id from organization where name = 'poor'");

    private final List<String> made = new ArrayList<>();

    private static TollgateProcess.Setup replica() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(PLATFORM.baseUrl(), PLATFORMS)
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_ADMIN_TOKEN", "tg-admin-root-of-this-very-test-0123456789")
                .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32")
                .with("TOLLGATE_MASTER_KEY", MASTER_KEY)
                .with("TOLLGATE_ACCOUNT_REFUSALS", "3");
    }

    @AfterEach
    void no_account_is_left() {
        made.forEach(id -> ROOT.delete(ACCOUNTS + "/" + id));
    }

    @AfterAll
    static void no_credential_was_stored_or_logged() {
        TOLLGATE.close();
        OTHER.close();
        PLATFORM.close();
        CUSTOMER.close();
        assertThat(DATABASE.dump()).contains("provider_account").doesNotContain(OWN, PLATFORMS);
        assertThat(TOLLGATE.output() + OTHER.output()).doesNotContain(OWN, PLATFORMS, MASTER_KEY);
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void its_owner_uses_it_on_every_replica_and_pays_the_provider() {
        CUSTOMER.answering(json(200, USAGE, "x-ratelimit-remaining-requests: 41", "x-ratelimit-limit-requests: 60"));
        PLATFORM.answering(json(200, USAGE));
        JsonNode account = create(RICH_ID, "\"check\": false");
        assertThat(account.at("/credential/last4").asText()).isEqualTo("abcd");
        assertThat(account.toString()).doesNotContain(OWN);

        Answer answer = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(CUSTOMER.only().header("authorization")).isEqualTo("Bearer " + OWN);
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.text("payer")).isEqualTo("organization");
        assertThat(entry.text("account_id")).isEqualTo(id(account));
        assertThat(entry.text("provider_cost")).isEqualTo("0.00015");

        ApiClient elsewhere = new ApiClient(OTHER.root(), RICH.key());
        CUSTOMER.answering(json(200, USAGE));
        Await.until("the other replica uses it", () -> {
            elsewhere.post(CHAT, chat("gpt-4o-mini", "Hi"));
            return !CUSTOMER.received().isEmpty();
        });

        JsonNode state = provider(id(account));
        assertThat(state.path("state").asText()).isEqualTo("active");
        assertThat(state.at("/spend/platform_cost").asText()).isEqualTo("0");
        assertThat(state.at("/spend/customer_cost").asText()).isNotEqualTo("0");
        assertThat(state.at("/quota/requests/remaining").asInt()).isEqualTo(41);
        assertThat(state.at("/health/attempts/success").asInt()).isPositive();

        ROOT.delete(ACCOUNTS + "/" + id(account));
        PLATFORM.answering(json(200, USAGE));
        Answer after = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(PLATFORM.only().header("authorization")).isEqualTo("Bearer " + PLATFORMS);
        assertThat(TOLLGATE.ledger().entry(after).text("payer")).isEqualTo("platform");
    }

    @Test
    void nobody_else_uses_it_whatever_they_try() {
        CUSTOMER.answering(json(200, "{\"id\":\"file-of-rich\",\"object\":\"file\",\"data\":[]}"));
        PLATFORM.answering(json(200, "{\"data\":[]}"));
        String account = id(create(RICH_ID, "\"check\": false"));
        assertThat(RICH.get("/v1/files/file-of-rich").status()).isEqualTo(200);
        CUSTOMER.answering(json(200, USAGE));

        for (String named : List.of(account, "acc_" + account, account.toUpperCase(Locale.ROOT), "openai," + account)) {
            for (String model : List.of("gpt-4o-mini", account + "/gpt-4o-mini", named + "/gpt-4o-mini")) {
                POOR.post(CHAT, chat(model, "Hi"), "x-tollgate-provider", named);
                POOR.post(CHAT, chat(model, "Hi"), "x-tollgate-account", named, "x-tollgate-client", RICH_ID);
                POOR.post(CHAT, chat(model, "Hi"), "openai-organization", RICH_ID, "openai-project", named);
            }
            POOR.get("/v1/models", "x-tollgate-provider", named);
            POOR.get("/v1/models/" + named + "%2Fgpt-4o-mini");
            POOR.get("/v1/files", "x-tollgate-provider", named);
            POOR.get("/v1/batches/batch_of_rich", "x-tollgate-provider", named);
            POOR.delete("/v1/files/file-of-rich", "x-tollgate-provider", named);
        }
        POOR.get("/v1/files/file-of-rich");
        POOR.get("/v1/responses/resp_of_rich");
        POOR.post("/v1/batches", "{\"input_file_id\":\"file-of-rich\",\"endpoint\":\"/v1/chat/completions\"}");
        assertThat(CUSTOMER.received()).isEmpty();

        ApiClient admin = administratorOf(POOR_ID);
        assertThat(admin.get(ACCOUNTS + "/" + account).status()).isEqualTo(404);
        assertThat(admin.get(ACCOUNTS + "?organization_id=" + RICH_ID).status()).isEqualTo(404);
        assertThat(admin.get(ACCOUNTS).text()).doesNotContain(account);
        assertThat(admin.get("/admin/v1/providers").text()).doesNotContain(account);
        assertThat(admin.post(ACCOUNTS + "/" + account + "/check", "{}").status())
                .isEqualTo(404);
        assertThat(patch(admin, account, "{\"organization_id\":\"" + POOR_ID + "\"}")
                        .status())
                .isEqualTo(404);
        assertThat(patch(admin, account, "{\"base_url\":\"https://example.com\"}")
                        .status())
                .isEqualTo(404);
        assertThat(admin.delete(ACCOUNTS + "/" + account).status()).isEqualTo(404);
        assertThat(admin.post(ACCOUNTS, body(RICH_ID, "\"check\": false")).status())
                .isEqualTo(404);
        assertThat(admin.get(ACCOUNTS + "/openai").status())
                .as("the platform's own")
                .isEqualTo(404);
        assertThat(CUSTOMER.received()).isEmpty();
    }

    /** Whoever writes to the database still can't have one tenant's credential sent for another. */
    @Test
    void a_credential_that_is_moved_to_another_row_opens_nowhere() {
        CUSTOMER.answering(json(200, USAGE));
        String rich = id(create(RICH_ID, "\"check\": false"));
        String poor = id(create(POOR_ID, "\"check\": false, \"stand_in\": true"));
        DATABASE.execute(
                "update provider_account set credential = (select credential from provider_account where id = '" + rich
                        + "'), version = next_provider_account_version() where id = '" + poor + "'");
        Await.until("it is noticed", () -> provider(poor).path("state").asText().equals("failing"));
        PLATFORM.answering(json(200, USAGE));
        POOR.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(CUSTOMER.received()).isEmpty();
        assertThat(PLATFORM.received()).hasSize(1);
    }

    @Test
    void a_credential_is_checked_when_it_is_set() {
        CUSTOMER.answering(json(401, "{\"error\":{}}"));
        Answer refused = ROOT.post(ACCOUNTS, body(RICH_ID, "\"weight\": 1"));
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("401").contains("check: false").doesNotContain(OWN);
        assertThat(CUSTOMER.only().target()).isEqualTo("/v1/models");

        CUSTOMER.answering(json(200, "{\"data\":[]}"));
        String account = id(create(RICH_ID, "\"weight\": 1"));
        assertThat(ROOT.post(ACCOUNTS + "/" + account + "/check", "{}")
                        .json()
                        .path("verdict")
                        .asText())
                .isEqualTo("good");
    }

    @Test
    void with_another_base_url_the_credential_must_be_given_again() {
        String account = id(create(RICH_ID, "\"check\": false"));
        Answer refused = patch(ROOT, account, "{\"base_url\":\"" + PLATFORM.baseUrl() + "\",\"check\":false}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text()).contains("credential");
        assertThat(patch(ROOT, account, "{\"name\":\"Renamed\"}")
                        .json()
                        .path("name")
                        .asText())
                .isEqualTo("Renamed");
        PLATFORM.answering(json(200, "{\"data\":[]}"));
        Answer moved = patch(
                ROOT,
                account,
                "{\"base_url\":\"" + PLATFORM.baseUrl() + "\",\"credential\":\"sk-another-one-0123456789\"}");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(PLATFORM.only().header("authorization")).isEqualTo("Bearer sk-another-one-0123456789");
    }

    @Test
    void a_base_url_inside_is_refused_and_redirects_are_not_followed() {
        for (String inside : List.of(
                "https://169.254.169.254",
                "https://10.0.0.1",
                "https://[::1]",
                "https://[::ffff:10.0.0.1]",
                "http://93.184.215.14")) {
            Answer refused = ROOT.post(ACCOUNTS, body(RICH_ID, inside, "\"check\": false"));
            assertThat(refused.status()).as(inside).isEqualTo(400);
            assertThat(refused.json().at("/error/param").asText()).isEqualTo("base_url");
        }
        CUSTOMER.answering(
                "HTTP/1.1 302 Found\r\nLocation: " + PLATFORM.baseUrl() + "/models\r\nContent-Length: 0\r\n\r\n");
        PLATFORM.answering(json(200, USAGE));
        assertThat(ROOT.post(ACCOUNTS, body(RICH_ID, "\"weight\": 1")).text()).contains("redirects are not followed");
        create(RICH_ID, "\"check\": false");
        Answer relayed = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(relayed.status()).isEqualTo(302);
        assertThat(PLATFORM.received()).isEmpty();
    }

    @Test
    void an_account_whose_credential_is_refused_again_and_again_is_disabled_everywhere_and_alerted() {
        CUSTOMER.answering(json(200, USAGE));
        String account = id(create(RICH_ID, "\"check\": false, \"stand_in\": true"));
        CUSTOMER.answering((request, wire) ->
                wire.write(request.method().equals("GET") ? json(200, "{\"data\":[]}") : json(403, "{\"error\":{}}")));
        for (int i = 0; i < 7; i++) {
            assertThat(RICH.post(CHAT, chat("gpt-4o-mini", "Hi")).status()).isEqualTo(403);
        }
        Await.until(
                "the provider was asked",
                () -> CUSTOMER.received().stream()
                        .anyMatch(request -> request.method().equals("GET")));
        assertThat(account(account).path("enabled").asBoolean())
                .as("what a caller may not have says nothing of the account")
                .isTrue();

        CUSTOMER.answering(json(401, "{\"error\":{}}"));
        PLATFORM.answering(json(200, USAGE));
        Await.until("it is disabled", () -> {
            RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
            return !account(account).path("enabled").asBoolean();
        });
        assertThat(account(account).path("disabled_reason").asText()).contains("401");
        assertThat(DATABASE.value(
                        "select count(*) from alert where kind = 'provider.account_disabled' and payload->>'account_id' = '"
                                + account + "' and organization_id = '" + RICH_ID + "'"))
                .isEqualTo("1");
        ApiClient elsewhere = new ApiClient(OTHER.root(), RICH.key());
        Await.until(
                "the other replica uses the platform's",
                () -> elsewhere.post(CHAT, chat("gpt-4o-mini", "Hi")).status() == 200);

        assertThat(patch(ROOT, account, "{\"stand_in\":false}").status()).isEqualTo(200);
        Answer refused = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.errorCode()).isEqualTo("account_out_of_use");

        assertThat(patch(ROOT, account, "{\"enabled\":true}").status())
                .as("still refused")
                .isEqualTo(400);
        CUSTOMER.answering(json(200, USAGE));
        assertThat(patch(ROOT, account, "{\"enabled\":true}")
                        .json()
                        .path("enabled")
                        .asBoolean())
                .isTrue();
        CUSTOMER.answering(json(200, USAGE));
        RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(CUSTOMER.received()).hasSize(1);
    }

    @Test
    void azure_is_asked_by_deployment_and_priced_as_openai() {
        CUSTOMER.answering(json(200, USAGE));
        String account = id(created(ROOT.post(ACCOUNTS, """
                {"organization_id": "%s", "name": "Azure", "provider": "azure", "base_url": "http://%s",
                 "credential": "%s", "azure": {"api_version": "2024-10-21", "deployments": {"gpt-4o-mini": "our-mini"}},
                 "check": false}
                """.formatted(RICH_ID, CUSTOMER.authority(), OWN))));
        Answer answer = RICH.post(CHAT, chat("gpt-4o-mini", "Hi"));
        assertThat(answer.status()).as(answer.text()).isEqualTo(200);
        assertThat(CUSTOMER.only().target())
                .isEqualTo("/openai/deployments/our-mini/chat/completions?api-version=2024-10-21");
        assertThat(CUSTOMER.only().header("api-key")).isEqualTo(OWN);
        assertThat(CUSTOMER.only().headerNames()).doesNotContain("authorization");
        assertThat(TOLLGATE.ledger().entry(answer).text("provider_cost")).isEqualTo("0.00015");
        assertThat(account(account).at("/azure/deployments/gpt-4o-mini").asText())
                .isEqualTo("our-mini");
    }

    @Test
    void changes_are_guarded_audited_and_done_once() {
        String once = body(RICH_ID, "\"check\": false");
        Answer first = ROOT.post(ACCOUNTS, once, "Idempotency-Key", "one-account");
        Answer again = ROOT.post(ACCOUNTS, once, "Idempotency-Key", "one-account");
        String account = id(created(first));
        assertThat(again.text()).isEqualTo(first.text());
        String tag = first.header("etag");
        assertThat(patch(ROOT, account, "{\"weight\":7}", "If-Match", tag).status())
                .isEqualTo(200);
        assertThat(patch(ROOT, account, "{\"weight\":8}", "If-Match", tag).status())
                .isEqualTo(412);
        assertThat(patch(ROOT, account, "{\"provider\":\"groq\"}").status()).isEqualTo(400);
        assertThat(patch(ROOT, account, "{\"weight\":0}").status()).isEqualTo(400);
        assertThat(patch(ROOT, account, "{\"credential\":null}").status()).isEqualTo(400);
        assertThat(DATABASE.value("select string_agg(action, ' ' order by seq) from audit_log where object_id = '"
                        + account + "'"))
                .isEqualTo("provider_account.create provider_account.update");
        assertThat(ROOT.get(ACCOUNTS).json().at("/data/0/origin").asText()).isEqualTo("environment");
        assertThat(ROOT.delete(ACCOUNTS + "/openai").status()).isEqualTo(404);
    }

    private static JsonNode provider(String id) {
        for (JsonNode each : ROOT.get("/admin/v1/providers").json().path("data")) {
            if (each.path("account_id").asText().equals(id)) {
                return each;
            }
        }
        throw new AssertionError("no account " + id);
    }

    private static JsonNode account(String id) {
        return ROOT.get(ACCOUNTS + "/" + id).json();
    }

    private JsonNode create(String organizationId, String more) {
        return created(ROOT.post(ACCOUNTS, body(organizationId, more)));
    }

    private JsonNode created(Answer answer) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(201);
        made.add(id(answer.json()));
        return answer.json();
    }

    private static String id(JsonNode account) {
        return account.path("id").asText();
    }

    private static String body(String organizationId, String more) {
        return body(organizationId, CUSTOMER.baseUrl(), more);
    }

    private static String body(String organizationId, String baseUrl, String more) {
        return """
                {"organization_id": "%s", "name": "Own", "provider": "openai", "base_url": "%s", "credential": "%s", %s}
                """.formatted(organizationId, baseUrl, OWN, more);
    }

    private static Answer patch(ApiClient who, String id, String json, String... headers) {
        return who.send(who.request(ACCOUNTS + "/" + id, headers)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(json)));
    }

    private static ApiClient administratorOf(String organizationId) {
        String token = ROOT.post(
                        "/admin/v1/tokens",
                        "{\"name\":\"admin\",\"role\":\"organization_administrator\",\"organization_id\":\"%s\"}"
                                .formatted(organizationId))
                .json()
                .path("token")
                .asText();
        return new ApiClient(ROOT.root(), token);
    }
}

package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** What is stored of an end user or a client can be had, and erased, while figures stay. */
class PrivacyIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PRIVACY = "/admin/v1/privacy";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .start();

    private final ApiClient root = TOLLGATE.administration();
    private final String organization =
            DATABASE.value("select organization_id from api_key order by created_at limit 1");

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void all_that_is_stored_of_an_end_user_is_exported_and_then_nobody_knows_who_it_was() {
        Answer asked = TOLLGATE.api().post(CHAT, with(chat("gpt-4o-mini", "Hello"), "\"user\":\"jane@example.com\""));
        TOLLGATE.api().post(CHAT, with(chat("gpt-4o-mini", "Hello"), "\"user\":\"john@example.com\""));
        Ledger.Entry entry = TOLLGATE.ledger().entry(asked);
        Await.until("both are stored", () -> {
            String stored = DATABASE.dump();
            return stored.contains("jane@example.com") && stored.contains("john@example.com");
        });

        List<JsonNode> before = lines(root.post(PRIVACY + "/end-users/export", endUser("jane@example.com")));
        assertThat(kinds(before)).containsExactly("end_user", "ledger_entry", "end");
        assertThat(before.get(0).at("/data/id").asText()).isEqualTo("jane@example.com");
        assertThat(before.get(1).at("/data/request_id").asText()).isEqualTo(entry.requestId());
        assertThat(before.get(1).at("/data/charge").asText()).isEqualTo(entry.text("charge"));

        Answer erased = root.post(PRIVACY + "/end-users/erase", endUser("jane@example.com"));
        assertThat(erased.json().path("was_known").asBoolean())
                .as(erased.toString())
                .isTrue();
        assertThat(DATABASE.dump()).doesNotContain("jane@example.com").contains("john@example.com");
        assertThat(TOLLGATE.ledger().entry(asked).charge()).isEqualTo(entry.charge());
        List<JsonNode> after = lines(root.post(PRIVACY + "/end-users/export", endUser("jane@example.com")));
        assertThat(kinds(after)).containsExactly("ledger_entry", "audit_line", "end");
        assertThat(root.post(PRIVACY + "/end-users/erase", endUser("jane@example.com"))
                        .json()
                        .path("was_known")
                        .asBoolean())
                .isFalse();
    }

    @Test
    void all_that_is_stored_of_a_client_is_exported_and_then_blanked() {
        String client = made(
                "clients",
                "{\"name\":\"Xanthippe\",\"owner\":\"xanthippe@example.com\",\"metadata\":{\"phone\":\"555-0100\"},"
                        + "\"organization_id\":" + quote(organization) + "}",
                "Idempotency-Key",
                "xanthippe");
        Answer key = root.post(
                "/admin/v1/keys",
                "{\"name\":\"Xanthippe's\",\"client_id\":\"%s\",\"organization_id\":\"%s\"}"
                        .formatted(client, organization));
        ApiClient api = new ApiClient(TOLLGATE.root(), key.json().path("key").asText());
        Answer asked = api.post(CHAT, chat("gpt-4o-mini", "Hello"));
        assertThat(asked.status()).as(asked.toString()).isEqualTo(200);
        Ledger.Entry entry = TOLLGATE.ledger().entry(asked);

        Answer exported = root.post(PRIVACY + "/clients/export", "{\"id\":\"" + client + "\"}");
        assertThat(kinds(lines(exported)))
                .containsExactly("client", "key", "ledger_entry", "audit_line", "audit_line", "end");
        assertThat(exported.text())
                .contains("xanthippe@example.com", "555-0100")
                .doesNotContain("sha256");

        assertThat(root.post(PRIVACY + "/clients/erase", "{\"id\":\"" + client + "\"}")
                        .errorCode())
                .isEqualTo("conflict");
        assertThat(root.delete("/admin/v1/clients/" + client).status()).isEqualTo(204);
        Answer erased = root.post(PRIVACY + "/clients/erase", "{\"id\":\"" + client + "\"}");
        assertThat(erased.status()).as(erased.toString()).isEqualTo(200);
        assertThat(DATABASE.dump().toLowerCase(java.util.Locale.ROOT))
                .doesNotContain("xanthippe@", "555-0100", "xanthippe's", "\"xanthippe\"");
        assertThat(TOLLGATE.ledger().entry(asked).charge()).isEqualTo(entry.charge());
        JsonNode verdict = root.get("/admin/v1/audit/verify").json();
        assertThat(verdict.path("intact").asBoolean()).as(verdict.toString()).isTrue();
        assertThat(verdict.path("erased").asLong()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void whoever_is_nobody_is_exported_as_nothing() {
        assertThat(kinds(lines(root.post(PRIVACY + "/end-users/export", endUser("nobody@example.com")))))
                .containsExactly("end");
        assertThat(root.post(PRIVACY + "/clients/export", "{\"id\":\"cli_none\"}")
                        .status())
                .isEqualTo(404);
        assertThat(root.post(PRIVACY + "/end-users/export", "{\"id\":\"x\"}").errorCode())
                .isEqualTo("missing_value");
    }

    private String made(String kind, String body, String... headers) {
        Answer answer = root.post("/admin/v1/" + kind, body, headers);
        assertThat(answer.status()).as(answer.toString()).isEqualTo(201);
        return answer.json().path("id").asText();
    }

    private String endUser(String id) {
        return "{\"organization_id\":%s,\"id\":%s}".formatted(quote(organization), quote(id));
    }

    private static List<JsonNode> lines(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("content-type")).startsWith("application/x-ndjson");
        return answer.text().lines().map(Json::parse).toList();
    }

    private static List<String> kinds(List<JsonNode> lines) {
        return lines.stream().map(line -> line.path("kind").asText()).toList();
    }
}

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
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What all administration has in common: tokens, strict JSON, one shape of problems, answers given once. */
class AdministrationIT {
    private static final String TOKENS = "/admin/v1/tokens";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();

    private final ApiClient root = TOLLGATE.administration();
    private final String organization = DATABASE.value("select id from organization");

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_token_is_shown_once_and_works() {
        Answer created = root.post(TOKENS, newToken("Ann", "billing"));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String token = created.json().path("token").asText();
        String id = created.json().path("id").asText();

        assertThat(token).matches("tg-admin-[0-9a-z]{12}-[0-9A-Za-z]{38}");
        assertThat(created.header("location")).endsWith(TOKENS + "/" + id);
        assertThat(created.header("etag")).isEqualTo("\"1\"");
        assertThat(created.header("cache-control")).isEqualTo("no-store");
        assertThat(as(token).get("/admin/v1/ledger").status()).isEqualTo(200);
        Answer read = root.get(TOKENS + "/" + id);
        assertThat(read.json().has("token")).isFalse();
        assertThat(read.json().path("organization_id").asText()).isEqualTo(organization);
        assertThat(read.json().path("created_by").asText()).isEqualTo("root");
        assertThat(read.json().path("last_used_at").isNull()).isFalse();
    }

    @Test
    void a_revoked_token_is_refused_at_once() {
        JsonNode created = root.post(TOKENS, newToken("Bob", "viewer")).json();
        ApiClient bob = as(created.path("token").asText());
        assertThat(bob.get("/admin/v1/ledger").errorCode()).isEqualTo("permission_denied");

        assertThat(root.delete(TOKENS + "/" + created.path("id").asText()).status())
                .isEqualTo(204);

        Answer refused = bob.get("/admin/v1/ledger");
        assertThat(refused.status()).isEqualTo(401);
        assertThat(refused.errorCode()).isEqualTo("invalid_admin_token");
        assertThat(refused.header("www-authenticate")).isEqualTo("Bearer");
    }

    @Test
    void a_token_that_is_over_is_refused() {
        JsonNode created = root.post(TOKENS, newToken("Cid", "billing")).json();
        DATABASE.execute("update admin_token set expires_at = now() where id = "
                + quote(created.path("id").asText()).replace('"', '\''));

        assertThat(as(created.path("token").asText()).get("/admin/v1/ledger").status())
                .isEqualTo(401);
    }

    @Test
    void only_the_hash_of_a_token_is_stored() {
        String token = root.post(TOKENS, newToken("Dora", "billing"), "Idempotency-Key", key())
                .json()
                .path("token")
                .asText();
        String secret = token.substring("tg-admin-".length() + 13);

        for (String table : new String[] {"admin_token", "audit_log", "idempotent_answer"}) {
            assertThat(DATABASE.value("select count(*) from " + table + " t where t::text like '%" + secret + "%'"))
                    .as(table)
                    .isEqualTo("0");
        }
    }

    @Test
    void an_organizations_administrator_makes_tokens_of_its_own_organization_only() {
        ApiClient own = as(root.post(TOKENS, newToken("Eve", "organization_administrator"))
                .json()
                .path("token")
                .asText());

        Answer made = own.post(TOKENS, "{\"name\":\"Fay\",\"role\":\"viewer\"}");
        assertThat(made.json().path("organization_id").asText()).isEqualTo(organization);
        assertThat(own.post(TOKENS, "{\"name\":\"Gus\",\"role\":\"platform_administrator\"}")
                        .errorCode())
                .isEqualTo("permission_denied");
        assertThat(own.post(TOKENS, "{\"name\":\"Gus\",\"role\":\"viewer\",\"organization_id\":\"org_foreign\"}")
                        .errorCode())
                .isEqualTo("object_not_found");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"name":"x","role":"viewer","colour":"red"}       | invalid_value | colour
            {"name":"x","name":"y","role":"viewer"}           | invalid_value | name
            {"name":1,"role":"viewer"}                        | invalid_value | name
            {"name":true,"role":"viewer"}                     | invalid_value | name
            {"name":["x"],"role":"viewer"}                    | invalid_value | name
            {"role":"viewer"}                                 | missing_value | name
            {"name":null,"role":"viewer"}                     | missing_value | name
            {"name":" ","role":"viewer"}                      | invalid_value | name
            {"name":"x","role":"emperor"}                     | invalid_value | role
            {"name":"x","role":"billing","expires_at":"soon"} | invalid_value | expires_at
            {"name":"x","role":"billing","expires_at":12}     | invalid_value | expires_at
            {"name":"x","role":"billing","expires_at":"2020-01-01T00:00:00Z"} | invalid_value | expires_at
            {"name":"x","role":"billing"}                     | missing_value | organization_id
            {"name":"x","role":"billing","organization_id":"org_x"} | object_not_found | organization_id
            {"name":"x","role":"viewer"} {}                   | invalid_value |
            {"name":"x"                                       | invalid_json  |
            []                                                | invalid_value |
            "x"                                               | invalid_value |
            null                                              | missing_value |
            """)
    void what_is_wrong_with_a_body_is_named(String body, String code, String param) {
        Answer answer = root.post(TOKENS, body);

        assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(code);
        assertThat(answer.json().at("/error/param").asText(null)).isEqualTo(param);
        assertThat(answer.status()).isIn(400, 404);
    }

    @ParameterizedTest
    @CsvSource({
        "GET,    /admin/v1/nothing,          404, unknown_path",
        "GET,    /admin,                     404, unknown_path",
        "GET,    /admin/v1/tokens/tok_none,  404, object_not_found",
        "PUT,    /admin/v1/tokens,           405, method_not_allowed",
        "PATCH,  /admin/v1/ledger,           405, method_not_allowed",
        "GET,    /admin/v1/tokens?limit=0,   400, invalid_value",
        "GET,    /admin/v1/tokens?limit=a,   400, invalid_value"
    })
    void every_refusal_has_the_same_shape(String method, String path, int status, String code) {
        Answer answer = root.send(root.request(path).method(method, BodyPublishers.noBody()));

        assertThat(answer.status()).as(answer.toString()).isEqualTo(status);
        assertThat(answer.errorCode()).isEqualTo(code);
        assertThat(answer.header("content-type")).startsWith("application/json");
        assertThat(answer.json().path("error")).hasSize(4);
    }

    @Test
    void another_type_of_body_or_of_answer_is_refused() {
        Answer form = root.send(root.request(TOKENS)
                .header("content-type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("name=x")));
        Answer html = root.get(TOKENS, "accept", "text/html");

        assertThat(form.status()).isEqualTo(415);
        assertThat(form.errorCode()).isEqualTo("unsupported_encoding");
        assertThat(html.status()).isEqualTo(406);
        assertThat(html.errorCode()).isEqualTo("not_acceptable");
    }

    @Test
    void a_body_that_is_too_large_is_refused() {
        Answer answer = root.post(TOKENS, "{\"name\":\"" + "x".repeat(17 << 20) + "\"}");

        assertThat(answer.status()).isEqualTo(413);
        assertThat(answer.errorCode()).isEqualTo("request_too_large");
    }

    @Test
    void a_body_of_unknown_length_is_refused() {
        Answer answer = root.send(root.request(TOKENS)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(new byte[17 << 20]))));

        assertThat(answer.status()).isEqualTo(411);
        assertThat(answer.errorCode()).isEqualTo("length_required");
    }

    @Test
    void a_body_that_is_nested_too_deep_is_refused() {
        assertThat(root.post(TOKENS, "{\"name\":" + "[".repeat(100_000)).status())
                .isEqualTo(400);
    }

    @Test
    void a_list_is_read_in_pages() {
        for (int i = 0; i < 3; i++) {
            root.post(TOKENS, newToken("page", "viewer"));
        }
        JsonNode first = root.get(TOKENS + "?limit=2").json();
        JsonNode second = root.get(
                        TOKENS + "?limit=2&cursor=" + first.path("next_cursor").asText())
                .json();

        assertThat(first.path("data")).hasSize(2);
        assertThat(second.at("/data/0/id").asText())
                .isGreaterThan(first.at("/data/1/id").asText());
        assertThat(root.get(TOKENS + "?limit=1000").json().path("next_cursor").isNull())
                .isTrue();
    }

    @Test
    void a_change_of_another_version_is_refused() {
        String path = TOKENS + "/"
                + root.post(TOKENS, newToken("Hal", "viewer")).json().path("id").asText();

        assertThat(root.delete(path, "If-Match", "\"7\"").errorCode()).isEqualTo("precondition_failed");
        assertThat(root.delete(path, "If-Match", "W/\"1\"").status()).isEqualTo(412);
        assertThat(root.delete(path, "If-Match", "1").status()).isEqualTo(400);
        assertThat(root.delete(path, "If-Match", "\"9\", \"1\"").status()).isEqualTo(204);
        assertThat(root.get(path).header("etag")).isEqualTo("\"2\"");
    }

    private String newToken(String name, String role) {
        return "{\"name\":%s,\"role\":%s,\"organization_id\":%s}"
                .formatted(quote(name), quote(role), quote(organization));
    }

    private static String key() {
        return UUID.randomUUID().toString();
    }

    private static ApiClient as(String token) {
        return new ApiClient(TOLLGATE.administration().root(), token);
    }
}

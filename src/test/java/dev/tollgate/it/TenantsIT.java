package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
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

/** Organizations, clients and keys over REST, and what two replicas over one database make of them. */
class TenantsIT {
    private static final String ORGANIZATIONS = "/admin/v1/organizations";
    private static final String CLIENTS = "/admin/v1/clients";
    private static final String KEYS = "/admin/v1/keys";
    private static final String CHAT = "/v1/chat/completions";

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final List<TollgateProcess> BOTH =
            TollgateProcess.start(List.of(replica().with("TOLLGATE_ACCESS_LOG", "true"), replica()));
    private static final TollgateProcess ONE = BOTH.getFirst();
    private static final TollgateProcess OTHER = BOTH.getLast();

    private static final String FIRST =
            ids(ONE.administration(), ORGANIZATIONS + "?name_prefix=default").getFirst();

    /** Keys that were shown; none of them may be anywhere else. */
    private static final List<String> SHOWN = new ArrayList<>();

    private final ApiClient root = ONE.administration();

    private static TollgateProcess.Setup replica() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ACCOUNT_OWNER", "platform");
    }

    @AfterAll
    static void keys_were_shown_once_and_are_nowhere_else() {
        ONE.close();
        OTHER.close();
        String dump = DATABASE.dump();
        String log = ONE.output() + OTHER.output();
        for (String key : SHOWN) {
            assertThat(dump).contains(key.substring("sk-tg-".length(), 18)).doesNotContain(secretOf(key));
            assertThat(log).doesNotContain(secretOf(key));
        }
        assertThat(ONE.complaints()).isEmpty();
        assertThat(OTHER.complaints()).isEmpty();
    }

    @Test
    void a_new_key_works_at_once_and_soon_on_the_other_replica() {
        String organization = organization("at once");
        Answer created = root.post(KEYS, body("organization_id", organization, "name", "first"));

        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        assertThat(created.header("cache-control")).isEqualTo("no-store");
        String id = created.json().path("id").asText();
        assertThat(created.header("location")).endsWith(KEYS + "/" + id);
        String key = shown(created);
        assertThat(key).matches("sk-tg-" + id.substring(4) + "-[0-9A-Za-z]{38}");
        assertThat(asks(ONE, key)).isEqualTo(200);
        Await.until("the other replica knows it", () -> asks(OTHER, key) == 200);

        JsonNode read = root.get(KEYS + "/" + id).json();
        assertThat(read.has("key")).isFalse();
        assertThat(read.path("organization_id").asText()).isEqualTo(organization);
        assertThat(read.path("client_id").isNull()).isTrue();
        assertThat(read.path("enabled").asBoolean()).isTrue();
        assertThat(read.path("allowed_models").isNull()).isTrue();
    }

    @Test
    void a_revoked_key_works_no_more_and_its_entries_stay() {
        JsonNode key = key(organization("revoked"));
        String text = key.path("key").asText();
        Await.until("both know it", () -> asks(OTHER, text) == 200);

        assertThat(root.delete(path(KEYS, key)).status()).isEqualTo(204);
        assertThat(asks(ONE, text)).isEqualTo(401);
        Await.until("the other replica knows", () -> asks(OTHER, text) == 401);

        assertThat(root.get(path(KEYS, key)).json().path("revoked_at").isNull()).isFalse();
        assertThat(root.delete(path(KEYS, key)).status()).as("again").isEqualTo(204);
        assertThat(patch(path(KEYS, key), "{\"enabled\":true}").errorCode()).isEqualTo("conflict");
        assertThat(root.post(path(KEYS, key) + "/rotate", "{}").errorCode()).isEqualTo("conflict");
        assertThat(root.get("/admin/v1/ledger").text()).contains(key.path("id").asText());
    }

    @Test
    void what_is_disabled_is_refused_with_the_reason_until_it_is_enabled() {
        String organization = organization("switch");
        JsonNode client = client(organization, "client");
        Answer created = root.post(KEYS, body("client_id", client.path("id").asText(), "name", "key"));
        String text = shown(created);
        assertThat(created.json().path("organization_id").asText()).isEqualTo(organization);
        for (String each :
                new String[] {path(KEYS, created.json()), path(CLIENTS, client), ORGANIZATIONS + "/" + organization}) {
            assertThat(patch(each, "{\"enabled\":false}").status()).isEqualTo(200);
            Answer refused = new ApiClient(ONE.root(), text).post(CHAT, chat("gpt-4o-mini", "Hi"));
            assertThat(refused.status()).isEqualTo(401);
            assertThat(refused.text()).contains("is disabled");
            Await.until("the other replica knows", () -> asks(OTHER, text) == 401);

            assertThat(patch(each, "{\"enabled\":true}").status()).isEqualTo(200);
            assertThat(asks(ONE, text)).isEqualTo(200);
            Await.until("the other replica knows", () -> asks(OTHER, text) == 200);
        }
    }

    @Test
    void a_rotated_key_has_two_secrets_while_they_overlap() {
        JsonNode key = key(organization("rotated"));
        String first = key.path("key").asText();
        Answer rotated = root.post(path(KEYS, key) + "/rotate", "{\"overlap_seconds\":3600}");
        assertThat(rotated.status()).as(rotated.toString()).isEqualTo(200);
        assertThat(rotated.header("cache-control")).isEqualTo("no-store");
        String second = shown(rotated);

        assertThat(rotated.json().path("id")).isEqualTo(key.path("id"));
        assertThat(rotated.json().path("previous_secret_expires_at").isNull()).isFalse();
        assertThat(second).isNotEqualTo(first).startsWith(first.substring(0, 19));
        assertThat(asks(ONE, first)).isEqualTo(200);
        assertThat(asks(ONE, second)).isEqualTo(200);

        String third = shown(root.post(path(KEYS, key) + "/rotate", "{\"overlap_seconds\":60}"));
        assertThat(asks(ONE, first)).as("only the one before stays good").isEqualTo(401);
        assertThat(asks(ONE, second)).isEqualTo(200);

        String fourth = shown(root.post(path(KEYS, key) + "/rotate", "{\"overlap_seconds\":0}"));
        assertThat(asks(ONE, third)).as("at once").isEqualTo(401);
        assertThat(asks(ONE, fourth)).isEqualTo(200);
        Await.until("the other replica knows", () -> asks(OTHER, third) == 401 && asks(OTHER, fourth) == 200);
        assertThat(root.get(path(KEYS, key))
                        .json()
                        .path("previous_secret_expires_at")
                        .isNull())
                .isTrue();
    }

    @Test
    void an_archived_organization_takes_its_clients_and_keys_along() {
        String organization = organization("archived");
        JsonNode client = client(organization, "client");
        JsonNode key = key(organization);
        Answer ofClient = root.post(KEYS, body("client_id", client.path("id").asText(), "name", "key"));
        String text = shown(ofClient);
        Await.until("both know it", () -> asks(OTHER, text) == 200);

        assertThat(root.delete(ORGANIZATIONS + "/" + organization).status()).isEqualTo(204);

        assertThat(asks(ONE, text)).isEqualTo(401);
        assertThat(asks(ONE, key.path("key").asText())).isEqualTo(401);
        Await.until("the other replica knows", () -> asks(OTHER, text) == 401);
        assertThat(root.get(path(CLIENTS, client)).json().path("archived_at").isNull())
                .isFalse();
        assertThat(root.get(path(KEYS, key)).json().path("revoked_at").isNull()).isFalse();
        assertThat(root.post(CLIENTS, body("organization_id", organization, "name", "late"))
                        .errorCode())
                .isEqualTo("conflict");
        assertThat(root.post(KEYS, body("organization_id", organization, "name", "late"))
                        .errorCode())
                .isEqualTo("conflict");
        assertThat(root.post(KEYS, body("client_id", client.path("id").asText(), "name", "late"))
                        .errorCode())
                .isEqualTo("conflict");
        assertThat(root.get("/admin/v1/audit?object_id=" + organization)
                        .json()
                        .at("/data/0/after/revoked_keys")
                        .asInt())
                .isEqualTo(2);
    }

    @Test
    void an_archived_client_takes_its_keys_along_and_leaves_the_organizations() {
        String organization = organization("client archived");
        JsonNode client = client(organization, "client");
        String ofOrganization = key(organization).path("key").asText();
        String ofClient =
                shown(root.post(KEYS, body("client_id", client.path("id").asText(), "name", "key")));

        assertThat(root.delete(path(CLIENTS, client)).status()).isEqualTo(204);
        assertThat(asks(ONE, ofClient)).isEqualTo(401);
        assertThat(asks(ONE, ofOrganization)).isEqualTo(200);
    }

    @Test
    void a_change_touches_what_is_given_and_merges_tags_and_metadata() {
        Answer created = root.post(ORGANIZATIONS, """
                {"name":"merged","owner":"Ann","tags":{"team":"search","stage":"test"},
                 "metadata":{"crm":{"id":17,"url":"x"},"list":[1,2.5,null]},
                 "allowed_models":["gpt-4o*"],"tier":"starter","caller_keys_allowed":true,
                 "expires_at":"2100-01-01T01:00:00+01:00"}""");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        String path = ORGANIZATIONS + "/" + created.json().path("id").asText();
        assertThat(created.json().path("expires_at").asText()).isEqualTo("2100-01-01T00:00:00Z");
        assertThat(root.get(path).json()).isEqualTo(created.json());

        Answer changed = patch(
                path,
                "{\"tags\":{\"stage\":null,\"app\":\"web\"},\"metadata\":{\"crm\":{\"url\":null}},\"owner\":null,"
                        + "\"allowed_models\":null}");
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
        JsonNode read = root.get(path).json();
        assertThat(read.path("tags").toString()).isEqualTo("{\"app\":\"web\",\"team\":\"search\"}");
        assertThat(read.path("metadata").toString()).isEqualTo("{\"crm\":{\"id\":17},\"list\":[1,2.5,null]}");
        assertThat(read.path("owner").isNull()).isTrue();
        assertThat(read.path("allowed_models").isNull()).isTrue();
        assertThat(read.path("name").asText()).isEqualTo("merged");
        assertThat(read.path("tier").asText()).isEqualTo("starter");
        assertThat(read.path("caller_keys_allowed").asBoolean()).isTrue();
    }

    @Test
    void a_change_says_which_version_it_is_meant_for() {
        String path = ORGANIZATIONS + "/" + organization("versions");
        String tag = root.get(path).header("etag");
        assertThat(tag).matches("\"[0-9]+\"");

        Answer same = patch(path, "{\"name\":\"versions\"}", "If-Match", tag);
        assertThat(same.header("etag")).as("nothing changed").isEqualTo(tag);
        Answer changed = patch(path, "{\"owner\":\"Ann\"}", "If-Match", tag);
        assertThat(changed.status()).isEqualTo(200);
        assertThat(changed.header("etag")).isNotEqualTo(tag);

        Answer late = patch(path, "{\"owner\":\"Bob\"}", "If-Match", tag);
        assertThat(late.status()).isEqualTo(412);
        assertThat(late.errorCode()).isEqualTo("precondition_failed");
        assertThat(root.delete(path, "If-Match", tag).status()).isEqualTo(412);
        assertThat(root.get(path).json().path("owner").asText()).isEqualTo("Ann");
    }

    @Test
    void a_repeated_creation_does_not_make_a_second_key_nor_show_the_first_again() {
        String organization = organization("repeated");
        String body = body("organization_id", organization, "name", "once");
        String key = shown(root.post(KEYS, body, "Idempotency-Key", "create-once"));
        Answer again = root.post(KEYS, body, "Idempotency-Key", "create-once");

        assertThat(again.errorCode()).isEqualTo("secret_shown_once");
        assertThat(again.text()).doesNotContain(secretOf(key));
        assertThat(ids(KEYS + "?organization_id=" + organization)).hasSize(1);
    }

    @Test
    void lists_come_in_pages_from_the_newest_on() {
        String organization = organization("pages");
        List<String> made = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            made.addFirst(key(organization).path("id").asText());
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = root.get(KEYS + "?limit=2&organization_id=" + organization + cursor)
                    .json();
            assertThat(page.path("data").size()).isLessThanOrEqualTo(2);
            page.path("data").forEach(each -> listed.add(each.path("id").asText()));
            cursor = page.path("next_cursor").isNull()
                    ? ""
                    : "&cursor=" + page.path("next_cursor").asText();
        } while (!cursor.isEmpty());
        assertThat(listed).isEqualTo(made);
    }

    @Test
    void lists_are_narrowed_by_what_is_asked() {
        String organization = organization("filters");
        String client = client(organization, "client").path("id").asText();
        String a = keyOf("{\"client_id\":" + quote(client) + ",\"name\":\"alpha\",\"tags\":{\"team\":\"x\"}}");
        String b = keyOf("{\"organization_id\":" + quote(organization)
                + ",\"name\":\"alps\",\"tags\":{\"team\":\"y\"},\"enabled\":false}");
        String c = keyOf("{\"organization_id\":" + quote(organization) + ",\"name\":\"beta\"}");
        root.delete(KEYS + "/" + c);
        String all = KEYS + "?organization_id=" + organization;

        assertThat(ids(all)).containsExactly(b, a);
        assertThat(ids(all + "&state=ended")).containsExactly(c);
        assertThat(ids(all + "&state=all")).containsExactly(c, b, a);
        assertThat(ids(KEYS + "?client_id=" + client)).containsExactly(a);
        assertThat(ids(all + "&enabled=false")).containsExactly(b);
        assertThat(ids(all + "&name_prefix=alp")).containsExactly(b, a);
        assertThat(ids(all + "&name_prefix=al%25")).isEmpty();
        assertThat(ids(all + "&tag=team")).containsExactly(b, a);
        assertThat(ids(all + "&tag=team:x")).containsExactly(a);
        assertThat(ids(all + "&tag=team:x&enabled=false")).isEmpty();
        assertThat(ids(ORGANIZATIONS + "?name_prefix=filters")).containsExactly(organization);
        assertThat(ids(CLIENTS + "?organization_id=" + organization)).containsExactly(client);
    }

    @Test
    void the_last_use_of_a_key_is_told_after_a_while() {
        JsonNode key = key(organization("used"));
        assertThat(root.get(path(KEYS, key)).json().path("last_used_at").isNull())
                .isTrue();
        String tag = root.get(path(KEYS, key)).header("etag");
        assertThat(asks(ONE, key.path("key").asText())).isEqualTo(200);
        Await.until(
                "it is told",
                () -> !root.get(path(KEYS, key)).json().path("last_used_at").isNull());
        assertThat(root.get(path(KEYS, key)).header("etag"))
                .as("a use is no change")
                .isEqualTo(tag);
    }

    @Test
    void an_organizations_administrator_sees_and_changes_its_own_only() {
        String own = organization("own");
        String foreign = organization("foreign");
        JsonNode foreignKey = key(foreign);
        JsonNode foreignClient = client(foreign, "client");
        ApiClient admin = token("organization_administrator", own);

        assertThat(ids(admin, ORGANIZATIONS)).containsExactly(own);
        assertThat(ids(admin, KEYS + "?state=all")).isEmpty();
        for (Answer refused : new Answer[] {
            admin.get(ORGANIZATIONS + "/" + foreign),
            admin.get(KEYS + "?organization_id=" + foreign),
            admin.get(path(KEYS, foreignKey)),
            admin.delete(path(KEYS, foreignKey)),
            admin.post(path(KEYS, foreignKey) + "/rotate", "{}"),
            patch(admin, path(KEYS, foreignKey), "{\"name\":\"mine\"}"),
            admin.get(path(CLIENTS, foreignClient)),
            admin.delete(path(CLIENTS, foreignClient)),
            patch(admin, path(CLIENTS, foreignClient), "{\"name\":\"mine\"}"),
            admin.post(KEYS, body("organization_id", foreign, "name", "mine")),
            admin.post(KEYS, body("client_id", foreignClient.path("id").asText(), "name", "mine")),
            admin.post(CLIENTS, body("organization_id", foreign, "name", "mine"))
        }) {
            assertThat(refused.errorCode()).as(refused.toString()).isEqualTo("object_not_found");
        }
        Answer key = admin.post(KEYS, "{\"name\":\"mine\"}");
        assertThat(key.json().path("organization_id").asText()).isEqualTo(own);
        assertThat(asks(ONE, shown(key))).isEqualTo(200);

        assertThat(patch(admin, ORGANIZATIONS + "/" + own, "{\"owner\":\"Ann\"}")
                        .status())
                .isEqualTo(200);
        for (String member : new String[] {
            "\"tier\":\"scale\"",
            "\"enabled\":true",
            "\"allowed_models\":null",
            "\"caller_keys_allowed\":true",
            "\"expires_at\":null"
        }) {
            assertThat(patch(admin, ORGANIZATIONS + "/" + own, "{" + member + "}")
                            .errorCode())
                    .isEqualTo("permission_denied");
        }
        assertThat(admin.post(ORGANIZATIONS, "{\"name\":\"more\"}").errorCode()).isEqualTo("permission_denied");
        assertThat(admin.delete(ORGANIZATIONS + "/" + own).errorCode()).isEqualTo("permission_denied");
        assertThat(token("viewer", own).post(KEYS, "{\"name\":\"x\"}").errorCode())
                .isEqualTo("permission_denied");
        assertThat(token("billing", own).get(KEYS).errorCode()).isEqualTo("permission_denied");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {}                                         | missing_value | name
            {"name":null}                              | invalid_value | name
            {"name":""}                                | invalid_value | name
            {"name":" "}                               | invalid_value | name
            {"name":"a\\u0000b"}                       | invalid_value | name
            {"name":"x","colour":"red"}                | invalid_value | colour
            {"name":"x","owner":""}                    | invalid_value | owner
            {"name":"x","enabled":"true"}              | invalid_value | enabled
            {"name":"x","enabled":null}                | invalid_value | enabled
            {"name":"x","tags":{"a":1}}                | invalid_value | tags.a
            {"name":"x","tags":{"a b":"c"}}            | invalid_value | tags
            {"name":"x","tags":{"a":"\\n"}}            | invalid_value | tags.a
            {"name":"x","metadata":[]}                 | invalid_value | metadata
            {"name":"x","metadata":{"a":"\\u0000"}}    | invalid_value | metadata
            {"name":"x","metadata":{"\\u0000":1}}      | invalid_value | metadata
            {"name":"x","metadata":{"a":1e999999}}     | invalid_value | metadata
            {"name":"x","allowed_models":[]}           | invalid_value | allowed_models
            {"name":"x","allowed_models":["a","a"]}    | invalid_value | allowed_models
            {"name":"x","allowed_models":["a",""]}     | invalid_value | allowed_models[1]
            {"name":"x","allowed_models":["a",null]}   | invalid_value | allowed_models
            {"name":"x","allowed_models":["g*t"]}      | invalid_value | allowed_models[0]
            {"name":"x","expires_at":"2020-01-01T00:00:00Z"} | invalid_value | expires_at
            {"name":"x","expires_at":"+999999-01-01T00:00:00Z"} | invalid_value | expires_at
            {"name":"x","expires_at":"tomorrow"}       | invalid_value | expires_at
            {"name":"x","feature":""}                  | invalid_value | feature
            {"name":"x","feature":"a b"}               | invalid_value | feature
            {"name":"x","client_id":"cli_nobodys"}     | object_not_found | client_id
            {"name":"x","organization_id":"org_nobodys"} | object_not_found | organization_id
            {"name":"x","organization_id":"org_\\u0000"} | object_not_found | organization_id
            """)
    void what_is_wrong_with_a_key_to_be_is_named(String body, String code, String param) {
        String complete = body.contains("organization_id")
                ? body
                : "{\"organization_id\":" + quote(FIRST) + (body.equals("{}") ? "}" : "," + body.substring(1));
        Answer answer = root.post(KEYS, complete);

        assertThat(answer.errorCode()).as(answer.toString()).isEqualTo(code);
        assertThat(answer.json().at("/error/param").asText()).isEqualTo(param);
    }

    @Test
    void bounds_hold_on_both_sides() {
        String tags = "{\"t0\":\"v\"";
        for (int i = 1; i < 50; i++) {
            tags += ",\"t" + i + "\":\"v\"";
        }
        assertThat(creates("\"tags\":" + tags + "}")).isEqualTo(201);
        assertThat(creates("\"tags\":" + tags + ",\"t50\":\"v\"}")).isEqualTo(400);
        assertThat(creates("\"tags\":{\"" + "k".repeat(100) + "\":\"" + "v".repeat(200) + "\"}"))
                .isEqualTo(201);
        assertThat(creates("\"tags\":{\"" + "k".repeat(101) + "\":\"v\"}")).isEqualTo(400);
        assertThat(creates("\"tags\":{\"k\":\"" + "v".repeat(201) + "\"}")).isEqualTo(400);
        assertThat(creates("\"owner\":\"" + "o".repeat(200) + "\"")).isEqualTo(201);
        assertThat(creates("\"owner\":\"" + "o".repeat(201) + "\"")).isEqualTo(400);
        String metadata = "\"metadata\":{\"m\":\"" + "x".repeat(16 * 1024 - "{\"m\":\"\"}".length());
        assertThat(creates(metadata + "\"}")).isEqualTo(201);
        assertThat(creates(metadata + "x\"}")).isEqualTo(400);
        String models = "\"allowed_models\":[\"m0\"";
        for (int i = 1; i < 1_000; i++) {
            models += ",\"m" + i + "\"";
        }
        assertThat(creates(models + "]")).isEqualTo(201);
        assertThat(creates(models + ",\"m1000\"]")).isEqualTo(400);
        assertThat(creates("\"allowed_models\":[\"" + "m".repeat(200) + "\"]")).isEqualTo(201);
        assertThat(creates("\"allowed_models\":[\"" + "m".repeat(201) + "\"]")).isEqualTo(400);
    }

    @ParameterizedTest
    @CsvSource({
        "limit=0, limit",
        "limit=1001, limit",
        "cursor=x, cursor",
        "cursor=1_%00, cursor",
        "cursor=99999999999999999999_a, cursor",
        "enabled=yes, enabled",
        "state=gone, state",
        "tag=%00, tag",
        "name_prefix=%00, name_prefix",
    })
    void what_is_wrong_with_a_question_is_named(String query, String param) {
        for (String list : new String[] {ORGANIZATIONS, CLIENTS, KEYS}) {
            Answer answer = root.get(list + "?" + query);
            assertThat(answer.errorCode()).as(answer.toString()).isEqualTo("invalid_value");
            assertThat(answer.json().at("/error/param").asText()).isEqualTo(param);
        }
    }

    @Test
    void what_is_not_there_is_not_found() {
        for (String path : new String[] {
            ORGANIZATIONS + "/org_none", CLIENTS + "/cli_none", KEYS + "/key_none", KEYS + "/none", KEYS + "/key_%00"
        }) {
            assertThat(root.get(path).errorCode()).as(path).isEqualTo("object_not_found");
            assertThat(root.delete(path).errorCode()).as(path).isEqualTo("object_not_found");
            assertThat(patch(path, "{\"name\":\"x\"}").errorCode()).as(path).isEqualTo("object_not_found");
        }
        assertThat(root.post(KEYS + "/key_none/rotate", "{}").errorCode()).isEqualTo("object_not_found");
    }

    @Test
    void what_a_key_is_bound_to_stays() {
        JsonNode key = key(organization("bound"));
        String client = client(key.path("organization_id").asText(), "client")
                .path("id")
                .asText();
        assertThat(patch(path(KEYS, key), "{\"organization_id\":" + quote(FIRST) + "}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("organization_id");
        assertThat(patch(path(KEYS, key), "{\"client_id\":" + quote(client) + "}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("client_id");
        for (String overlap : new String[] {"-1", "2592001", "\"1\"", "1.5"}) {
            assertThat(root.post(path(KEYS, key) + "/rotate", "{\"overlap_seconds\":" + overlap + "}")
                            .json()
                            .at("/error/param")
                            .asText())
                    .isEqualTo("overlap_seconds");
        }
    }

    private int creates(String member) {
        return root.post(KEYS, "{\"name\":\"bounds\",\"organization_id\":" + quote(FIRST) + "," + member + "}")
                .status();
    }

    private String organization(String name) {
        Answer created = root.post(ORGANIZATIONS, "{\"name\":" + quote(name) + "}");
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json().path("id").asText();
    }

    private JsonNode client(String organization, String name) {
        Answer created = root.post(CLIENTS, body("organization_id", organization, "name", name));
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json();
    }

    /** A new key, as it is answered. */
    private JsonNode key(String organization) {
        Answer created = root.post(KEYS, body("organization_id", organization, "name", "key"));
        shown(created);
        return created.json();
    }

    private String keyOf(String body) {
        Answer created = root.post(KEYS, body);
        shown(created);
        return created.json().path("id").asText();
    }

    private ApiClient token(String role, String organization) {
        Answer created = root.post(
                "/admin/v1/tokens",
                "{\"name\":\"Ann\",\"role\":" + quote(role) + ",\"organization_id\":" + quote(organization) + "}");
        return new ApiClient(root.root(), created.json().path("token").asText());
    }

    private static String shown(Answer answer) {
        String key = answer.json().path("key").asText();
        assertThat(key).as(answer.toString()).startsWith("sk-tg-");
        SHOWN.add(key);
        return key;
    }

    private static String secretOf(String key) {
        return key.substring(key.lastIndexOf('-') + 1);
    }

    private static int asks(TollgateProcess tollgate, String key) {
        return new ApiClient(tollgate.root(), key)
                .post(CHAT, chat("gpt-4o-mini", "Hi"))
                .status();
    }

    private static String path(String collection, JsonNode object) {
        return collection + "/" + object.path("id").asText();
    }

    private static String body(String first, String firstValue, String second, String secondValue) {
        return "{" + quote(first) + ":" + quote(firstValue) + "," + quote(second) + ":" + quote(secondValue) + "}";
    }

    private Answer patch(String path, String body, String... headers) {
        return patch(root, path, body, headers);
    }

    private static Answer patch(ApiClient api, String path, String body, String... headers) {
        return api.send(api.request(path, headers)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
    }

    private List<String> ids(String path) {
        return ids(root, path);
    }

    private static List<String> ids(ApiClient api, String path) {
        Answer page = api.get(path);
        assertThat(page.status()).as(page.toString()).isEqualTo(200);
        List<String> ids = new ArrayList<>();
        page.json().path("data").forEach(each -> ids.add(each.path("id").asText()));
        return ids;
    }
}

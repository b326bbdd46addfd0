package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Settings of features over REST: changed, narrowed, cascaded, switched, restored, audited. */
class SettingsIT {
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE =
            TollgateProcess.setUp().over(DATABASE).asking(TestProvider.get()).start();

    private final ApiClient root = TOLLGATE.administration();
    private final String organization = made("organizations", "{\"name\":\"o\"}");
    private final String client = client();

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void what_is_set_is_read_again_with_its_version() {
        Answer changed = patch(
                "chat",
                null,
                "{\"requests_per_day\":500,\"cost_per_day\":\"12.5\",\"temperature\":0.7,"
                        + "\"allowed_models\":[\"gpt-5*\"],\"cache\":{\"reuse\":\"exact\"},\"routing\":{\"prefer\":\"price\"},"
                        + "\"metadata\":{\"team\":{\"name\":\"search\"}},\"system_prompt\":\"Say \\\"moo\\\".\"}");
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);

        Answer read = root.get(path("chat", null));
        JsonNode settings = read.json().path("settings");
        assertThat(read.header("etag")).isEqualTo(changed.header("etag"));
        assertThat(settings.path("requests_per_day").asLong()).isEqualTo(500);
        assertThat(settings.path("cost_per_day").asText()).isEqualTo("12.5");
        assertThat(settings.path("temperature").decimalValue()).isEqualByComparingTo("0.7");
        assertThat(settings.path("allowed_models").toString()).isEqualTo("[\"gpt-5*\"]");
        assertThat(settings.path("cache").path("reuse").asText()).isEqualTo("exact");
        assertThat(settings.path("metadata").toString()).isEqualTo("{\"team\":{\"name\":\"search\"}}");
        assertThat(settings.path("system_prompt").asText()).isEqualTo("Say \"moo\".");
        assertThat(settings.path("enabled").isNull()).as("is inherited").isTrue();

        patch("chat", null, "{\"requests_per_day\":null}");
        assertThat(root.get(path("chat", null))
                        .json()
                        .at("/settings/requests_per_day")
                        .isNull())
                .isTrue();
        assertThat(root.get("/admin/v1/settings?organization_id=" + organization)
                        .json()
                        .path("data"))
                .hasSize(1);
    }

    @Test
    void a_feature_s_name_may_have_a_slash_in_it() {
        assertThat(patch("docs%2Fpdf", null, "{\"priority\":3}").status()).isEqualTo(200);
        assertThat(root.get(path("docs%2Fpdf", null)).json().path("feature").asText())
                .isEqualTo("docs/pdf");
        assertThat(effective(null, "docs%2Fpdf").at("/settings/priority/value").asLong())
                .isEqualTo(3);
    }

    @Test
    void what_holds_is_told_with_where_it_comes_from() {
        patch("chat", null, "{\"requests_per_day\":500}");
        patch("chat", client, "{\"cost_per_day\":\"1\"}");

        JsonNode holds = effective(client, "chat").path("settings");
        assertThat(holds.path("requests_per_day").toString()).isEqualTo("{\"value\":500,\"from\":\"organization\"}");
        assertThat(holds.path("cost_per_day").toString()).isEqualTo("{\"value\":\"1\",\"from\":\"client\"}");
        assertThat(holds.path("requests_per_minute").toString()).isEqualTo("{\"value\":60,\"from\":\"default\"}");
        assertThat(effective(client, "search").path("settings")).isEmpty();
        assertThat(root.get("/admin/v1/effective-settings?organization_id=" + organization + "&client_id=cli_none")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void a_client_that_asks_for_more_is_refused_and_told_what_bounds_it() {
        patch("chat", null, "{\"requests_per_day\":500}");

        Answer refused = patch("chat", client, "{\"requests_per_day\":501}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.errorCode()).isEqualTo("conflict");
        assertThat(refused.json().at("/error/param").asText()).isEqualTo("requests_per_day");
        assertThat(refused.text())
                .contains("requests_per_day 501 for chat of " + client
                        + " (expected: at most 500, set by the organization)");
        assertThat(root.get(path("chat", client)).json().path("version").asLong())
                .isZero();
    }

    @Test
    void a_narrower_organization_is_refused_shown_and_then_narrows_its_clients_as_one() {
        String other = client();
        patch("chat", client, "{\"requests_per_day\":800}");
        patch("chat", other, "{\"requests_per_day\":50}");

        Answer refused = patch("chat", null, "{\"requests_per_day\":100}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains(client).doesNotContain(other);

        Answer preview =
                root.send(patching(path("chat", null) + "&dry_run=true&cascade=clamp", "{\"requests_per_day\":100}"));
        assertThat(preview.json().path("possible").asBoolean()).isTrue();
        assertThat(preview.json().path("version").isNull()).isTrue();
        assertThat(preview.json().path("changes")).hasSize(2);
        assertThat(preview.json().at("/conflicts/0/client_id").asText()).isEqualTo(client);
        assertThat(effective(null, "chat").path("organization_settings").isNull())
                .as("nothing was done")
                .isTrue();

        Answer clamped = root.send(patching(path("chat", null) + "&cascade=clamp", "{\"requests_per_day\":100}"));
        assertThat(clamped.status()).isEqualTo(200);
        assertThat(clamped.json().path("changes")).hasSize(2);
        assertThat(root.get(path("chat", client))
                        .json()
                        .at("/settings/requests_per_day")
                        .asLong())
                .isEqualTo(100);
        assertThat(root.get(path("chat", client)).json().path("cascaded").asBoolean())
                .isTrue();
        assertThat(root.get(path("chat", client)).json().path("version"))
                .isEqualTo(clamped.json().path("version"));
        assertThat(root.get(path("chat", other))
                        .json()
                        .at("/settings/requests_per_day")
                        .asLong())
                .isEqualTo(50);
    }

    @Test
    void an_earlier_version_is_restored_by_one_call_and_becomes_a_new_one() {
        long first = patch("chat", null, "{\"requests_per_day\":10}")
                .json()
                .path("version")
                .asLong();
        patch("chat", null, "{\"requests_per_day\":20,\"priority\":7}");
        root.delete(path("chat", null));

        JsonNode versions = root.get("/admin/v1/settings/chat/versions?organization_id=" + organization)
                .json();
        assertThat(versions.path("data")).hasSize(3);
        assertThat(versions.at("/data/0/settings/requests_per_day").isNull()).isTrue();

        Answer restored = root.post(
                "/admin/v1/settings/chat/restore?organization_id=" + organization, "{\"version\":" + first + "}");
        assertThat(restored.status()).as(restored.toString()).isEqualTo(200);
        JsonNode now = root.get(path("chat", null)).json();
        assertThat(now.at("/settings/requests_per_day").asLong()).isEqualTo(10);
        assertThat(now.at("/settings/priority").isNull()).isTrue();
        assertThat(now.path("version").asLong()).isGreaterThan(first);
        assertThat(root.post("/admin/v1/settings/chat/restore?organization_id=" + organization, "{\"version\":999999}")
                        .status())
                .isEqualTo(404);
    }

    @Test
    void what_a_client_had_is_not_restored_where_it_is_too_wide_by_now() {
        long wide = patch("chat", client, "{\"requests_per_day\":800}")
                .json()
                .path("version")
                .asLong();
        root.send(patching(path("chat", null) + "&cascade=clamp", "{\"requests_per_day\":100}"));

        Answer refused = root.post(
                "/admin/v1/settings/chat/restore?organization_id=" + organization + "&client_id=" + client,
                "{\"version\":" + wide + "}");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.text()).contains("at most 100");
    }

    @Test
    void features_are_switched_over_many_clients_at_once_or_not_at_all() {
        String other = client();
        String body = "{\"organization_id\":\"" + organization + "\",\"client_ids\":[\"" + client + "\",\"" + other
                + "\"],\"features\":[\"chat\",\"search\"],\"enabled\":false}";
        Answer off = root.post("/admin/v1/features/switch", body);
        assertThat(off.status()).as(off.toString()).isEqualTo(200);
        assertThat(off.json().path("changes")).hasSize(4);
        assertThat(effective(other, "search").at("/settings/enabled/value").asBoolean())
                .isFalse();
        assertThat(effective(null, "search").path("settings")).isEmpty();

        Answer again = root.post("/admin/v1/features/switch", body);
        assertThat(again.json().path("changes")).as("all is so already").isEmpty();

        Answer unknown = root.post(
                "/admin/v1/features/switch", body.replace(other, "cli_nobody").replace("false}", "true}"));
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(effective(client, "chat").at("/settings/enabled/value").asBoolean())
                .isFalse();

        root.post(
                "/admin/v1/features/switch",
                "{\"organization_id\":\"" + organization + "\",\"features\":[\"chat\"],\"enabled\":false}");
        assertThat(effective(null, "chat").at("/settings/enabled/from").asText())
                .isEqualTo("organization");
        assertThat(root.post("/admin/v1/features/switch", body.replace("false}", "true}"))
                        .text())
                .contains("enabled true for chat of")
                .contains("set by the organization");
    }

    @Test
    void who_changes_an_older_version_is_refused() {
        String etag = patch("chat", null, "{\"priority\":1}").header("etag");
        patch("chat", null, "{\"priority\":2}");

        Answer stale = root.send(root.request(path("chat", null))
                .header("If-Match", etag)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"priority\":3}")));
        assertThat(stale.status()).isEqualTo(412);
        Answer unset = root.send(root.request(path("search", null))
                .header("If-Match", "\"0\"")
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"priority\":3}")));
        assertThat(unset.status()).isEqualTo(200);
    }

    @Test
    void every_step_of_a_change_is_in_the_audit_log() {
        patch("chat", client, "{\"requests_per_day\":800}");
        root.send(patching(path("chat", null) + "&cascade=clamp", "{\"requests_per_day\":100}"));

        List<String> lines = new ArrayList<>();
        root.get("/admin/v1/audit?organization_id=" + organization)
                .json()
                .path("data")
                .forEach(line -> lines.add(line.path("action").asText() + " "
                        + line.path("object_id").asText() + " "
                        + line.at("/before/settings/requests_per_day").asText("-") + " "
                        + line.at("/after/settings/requests_per_day").asText("-")));
        assertThat(lines)
                .startsWith(
                        "settings.narrow " + client + " 800 100",
                        "settings.update " + organization + " - 100",
                        "settings.update " + client + " - 800");
    }

    @Test
    void what_is_no_setting_is_refused_by_name() {
        assertThat(patch("chat", null, "{\"requests\":5}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("requests");
        assertThat(patch("chat", null, "{\"requests_per_day\":0}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("requests_per_day");
        assertThat(patch("chat", null, "{\"cache\":{\"reuse\":\"all\"}}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("cache.reuse");
        assertThat(patch("chat", null, "{\"metadata\":{\"a\":\"\\u0000\"}}")
                        .json()
                        .at("/error/param")
                        .asText())
                .isEqualTo("metadata");
        assertThat(patch("-x", null, "{}").json().at("/error/param").asText()).isEqualTo("feature");
        assertThat(patch("chat", "cli_none", "{\"priority\":1}").status()).isEqualTo(404);
    }

    @Test
    void what_is_set_for_a_client_is_found_with_it() {
        patch("chat", client, "{\"priority\":1}");
        patch("chat", null, "{\"priority\":1}");
        JsonNode page = root.get("/admin/v1/settings?limit=1&organization_id=" + organization)
                .json();
        assertThat(page.at("/data/0/client_id").isNull()).isTrue();
        JsonNode next = root.get("/admin/v1/settings?limit=1&organization_id=" + organization + "&cursor="
                        + page.path("next_cursor").asText())
                .json();
        assertThat(next.at("/data/0/client_id").asText()).isEqualTo(client);
        assertThat(next.path("next_cursor").isNull()).isTrue();
        assertThat(root.get("/admin/v1/settings?client_id=" + client).json().path("data"))
                .hasSize(1);
    }

    @Test
    void history_is_never_changed() {
        patch("chat", null, "{\"priority\":1}");
        assertThat(DATABASE.value("select count(*) from feature_settings_version"))
                .isNotEqualTo("0");
        for (String statement : new String[] {
            "delete from feature_settings_version",
            "update feature_settings_version set settings = null",
            "delete from feature_settings"
        }) {
            assertThatThrownBy(() -> DATABASE.execute(statement)).as(statement).hasMessageContaining("is never");
        }
    }

    @Test
    void what_was_ever_set_for_a_client_is_exported_and_erased_with_it() {
        patch("chat", client, "{\"system_prompt\":\"Ask for Jane.\"}");
        patch("chat", client, "{\"system_prompt\":\"Ask for John.\"}");
        String id = "{\"id\":\"" + client + "\"}";
        assertThat(root.post("/admin/v1/privacy/clients/export", id).text())
                .contains("Ask for Jane.")
                .contains("Ask for John.");

        root.delete("/admin/v1/clients/" + client);
        assertThat(root.post("/admin/v1/privacy/clients/erase", id).status()).isEqualTo(200);
        assertThat(DATABASE.dump()).doesNotContain("Ask for J");
        assertThat(DATABASE.value("select count(*) from feature_settings_version where client_id = '" + client + "'"))
                .as("two that were blanked, and the one that took them back")
                .isEqualTo("3");
        assertThat(effective(null, "chat").path("settings")).isEmpty();
        assertThat(root.get("/admin/v1/audit/verify").status()).isEqualTo(200);
    }

    private JsonNode effective(@Nullable String clientId, String feature) {
        return root.get("/admin/v1/effective-settings?organization_id=" + organization + "&feature=" + feature
                        + (clientId == null ? "" : "&client_id=" + clientId))
                .json();
    }

    private String path(String feature, @Nullable String clientId) {
        return "/admin/v1/settings/" + feature + "?organization_id=" + organization
                + (clientId == null ? "" : "&client_id=" + clientId);
    }

    private Answer patch(String feature, @Nullable String clientId, String body) {
        return root.send(patching(path(feature, clientId), body));
    }

    private HttpRequest.Builder patching(String path, String body) {
        return root.request(path)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body));
    }

    private String client() {
        return made("clients", "{\"name\":\"c\",\"organization_id\":\"" + organization + "\"}");
    }

    private String made(String what, String body) {
        Answer created = root.post("/admin/v1/" + what, body);
        assertThat(created.status()).as(created.toString()).isEqualTo(201);
        return created.json().path("id").asText();
    }
}

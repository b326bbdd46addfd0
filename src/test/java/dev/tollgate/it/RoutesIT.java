package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Json.quote;
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
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Routes over HTTP: managed, taken by requests, explained, and left for the next candidate when a provider fails. */
class RoutesIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final FakeUpstream OPENAI = FakeUpstream.start();
    private static final FakeUpstream MISTRAL = FakeUpstream.start();

    private static final TollgateProcess.Setup SETUP = TollgateProcess.setUp();
    private static final TollgateProcess TOLLGATE = start();
    private static final ApiClient ADMIN = TOLLGATE.administration();

    private final String route = "r-" + UUID.randomUUID();
    private final String name = "o-" + UUID.randomUUID();
    private final ApiClient app = TOLLGATE.newOrganization(name);
    private final String organization = DATABASE.value("select id from organization where name = '" + name + "'");

    private static TollgateProcess start() {
        declare("routes: [{name: declared, candidates: [{model: gpt-4o-mini}]}]");
        return SETUP.over(DATABASE)
                .asking(OPENAI.baseUrl(), "openai-key")
                .with("MISTRAL_BASE_URL", MISTRAL.baseUrl())
                .with("MISTRAL_API_KEY", "mistral-key")
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_CONFIG", file().toString())
                .start();
    }

    private static Path file() {
        return SETUP.data().resolve("tollgate.yaml");
    }

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        OPENAI.close();
        MISTRAL.close();
    }

    private static void declare(String yaml) {
        try {
            Files.createDirectories(SETUP.data());
            Files.writeString(file(), "version: 1\n" + yaml + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Answer put(String path, String body, String... headers) {
        return ADMIN.send(ADMIN.request("/admin/v1/" + path, headers)
                .header("content-type", "application/json")
                .method("PUT", BodyPublishers.ofString(body)));
    }

    private static void accepted(Answer answer) {
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static String answered(String model) {
        return FakeUpstream.json(
                200,
                "{\"id\":\"x\",\"object\":\"chat.completion\",\"model\":\"" + model + "\",\"choices\":[{\"index\":0,"
                        + "\"message\":{\"role\":\"assistant\",\"content\":\"Hi\"},\"finish_reason\":\"stop\"}],"
                        + "\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":1,\"total_tokens\":11}}");
    }

    private static String failing(int status, String... headers) {
        return FakeUpstream.json(status, "{\"error\":{\"message\":\"no\",\"type\":\"x\",\"code\":\"x\"}}", headers);
    }

    /** The route to OpenAI first, and to Mistral where that fails. */
    private void twoProviders() {
        twoProviders("gpt-4o-mini");
    }

    /** The same with another model first: what fails in one test is not what another one relies on. */
    private void twoProviders(String model) {
        accepted(put(
                "routes/" + route,
                "{\"candidates\":[{\"model\":" + quote(model) + ",\"provider\":\"openai\"},"
                        + "{\"model\":\"mistral-small-latest\",\"provider\":\"mistral\"}]}"));
    }

    private Answer ask(String... headers) {
        return app.post(CHAT, chat(route, "Hello"), headers);
    }

    private JsonNode explained(String more) {
        Answer answer = ADMIN.post(
                "/admin/v1/routes/explain",
                "{\"organization_id\":" + quote(organization) + ",\"model\":" + quote(route) + more + "}");
        accepted(answer);
        return answer.json();
    }

    // Requests

    @Test
    void a_route_is_a_model_whose_name_is_put_into_the_request() {
        twoProviders();
        OPENAI.answering(answered("gpt-4o-mini"));

        Answer answer = ask();

        accepted(answer);
        assertThat(answer.header("x-tollgate-model")).isEqualTo("gpt-4o-mini");
        assertThat(answer.header("x-tollgate-provider")).isEqualTo("openai");
        assertThat(OPENAI.only().text()).isEqualTo(chat("gpt-4o-mini", "Hello"));
        // 10 input tokens at $0.15 and 1 output token at $0.60 a million: 1,500 + 600 nanodollars
        assertThat(answer.header("x-tollgate-cost")).isEqualTo("0.0000021");
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.text("route")).isEqualTo(route);
        assertThat(entry.text("route_candidate")).isEqualTo(route + ".candidates[0]");
        assertThat(answer.header("x-tollgate-route")).isEqualTo(route + "@" + entry.text("route_version"));
        assertThat(entry.charge().nanos()).isEqualTo(2_100);
        assertThat(app.get("/v1/models").text()).contains(quote(route));
    }

    @Test
    void conditions_decide_by_what_is_known_of_the_request() {
        accepted(put(
                "routes/" + route,
                "{\"candidates\":[{\"model\":\"gpt-4o\",\"when\":{\"urgency\":[\"high\"],\"modality\":[\"text\"]}},"
                        + "{\"model\":\"gpt-4o-mini\",\"when\":{\"prompt_bytes\":{\"below\":100}}},"
                        + "{\"model\":\"gpt-4.1-nano\"}]}"));
        OPENAI.answering(answered("gpt-4o-mini"));

        assertThat(ask().header("x-tollgate-model")).isEqualTo("gpt-4o-mini");
        assertThat(ask("x-tollgate-urgency", "high").header("x-tollgate-model")).isEqualTo("gpt-4o");
        assertThat(app.post(CHAT, chat(route, "Hello ".repeat(100))).header("x-tollgate-model"))
                .isEqualTo("gpt-4.1-nano");
        assertThat(ask("x-tollgate-urgency", "soon").errorCode()).isEqualTo("invalid_value");
    }

    @Test
    void the_explanation_tells_where_requests_go() {
        twoProviders();

        JsonNode told = explained(",\"provider\":\"mistral\"");

        assertThat(told.path("outcome").asText()).isEqualTo("routed");
        assertThat(told.toString()).contains("the caller wants another provider or account");
        assertThat(told.findValues("turn").stream()
                        .filter(turn -> turn.asInt() == 1)
                        .count())
                .isEqualTo(1);
        MISTRAL.answering(answered("mistral-small-latest"));
        assertThat(ask("x-tollgate-provider", "mistral").header("x-tollgate-provider"))
                .isEqualTo("mistral");
    }

    @Test
    void a_route_without_a_candidate_that_will_do_is_a_503() {
        accepted(put(
                "routes/" + route,
                "{\"candidates\":[{\"model\":\"gpt-4o\",\"when\":{\"organization\":[\"org_x\"]}}]}"));

        assertThat(ask().errorCode()).isEqualTo("route_unavailable");
        assertThat(explained("").at("/considered/0/member").asText()).isEqualTo("when.organization");
    }

    // Tiers

    @Test
    void a_tier_gets_its_default_its_substitute_or_a_refusal() {
        String tier = newTier();
        accepted(put(
                "tiers/" + tier + "/routing",
                "{\"models\":[\"gpt-4o-mini\"],\"default_model\":\"gpt-4o-mini\","
                        + "\"substitutes\":[{\"for\":[\"gpt-5*\"],\"use\":\"gpt-4o-mini\"}]}"));
        OPENAI.answering(answered("gpt-4o-mini"));

        Answer substituted = app.post(CHAT, chat("gpt-5", "Hello"));
        accepted(substituted);
        assertThat(substituted.header("x-tollgate-model")).isEqualTo("gpt-4o-mini");
        assertThat(OPENAI.only().text()).isEqualTo(chat("gpt-4o-mini", "Hello"));
        assertThat(app.post(CHAT, "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}")
                        .header("x-tollgate-model"))
                .isEqualTo("gpt-4o-mini");
        assertThat(app.post(CHAT, chat("o3", "Hello")).errorCode()).isEqualTo("model_not_allowed");
        twoProviders();
        accepted(ask());
        assertThat(explained("").path("tier").asText()).isEqualTo(tier);
    }

    @Test
    void as_a_budget_runs_down_answers_are_warned_of_shortened_and_stopped() {
        String tier = newTier();
        budgetOfFourRequests();
        accepted(put(
                "tiers/" + tier + "/routing",
                "{\"low_budget\":[{\"below\":90,\"do\":\"warn\"},{\"below\":60,\"do\":\"cap_output\",\"tokens\":7},"
                        + "{\"below\":40,\"do\":\"stop\"}]}"));
        OPENAI.answering(answered("gpt-4o-mini"));

        assertThat(app.post(CHAT, chat("gpt-4o-mini", "1")).hasHeader("x-tollgate-budget-left"))
                .isFalse();
        assertThat(app.post(CHAT, chat("gpt-4o-mini", "2")).header("x-tollgate-budget-left"))
                .isEqualTo("75%");
        assertThat(OPENAI.received()).noneMatch(request -> request.text().contains("_tokens"));
        assertThat(app.post(CHAT, chat("gpt-4o-mini", "3")).header("x-tollgate-budget-left"))
                .isEqualTo("50%");
        assertThat(OPENAI.received().getLast().text()).contains("_tokens\":7");
        assertThat(app.post(CHAT, chat("gpt-4o-mini", "4")).errorCode()).isEqualTo("budget_exceeded");
    }

    @Test
    void as_a_budget_runs_down_the_cheaper_candidate_comes_first() {
        String tier = newTier();
        budgetOfFourRequests();
        accepted(put("tiers/" + tier + "/routing", "{\"low_budget\":[{\"below\":60,\"do\":\"prefer_cheaper\"}]}"));
        accepted(put("routes/" + route, "{\"candidates\":[{\"model\":\"gpt-4o\"},{\"model\":\"gpt-4.1-nano\"}]}"));
        OPENAI.answering(answered("gpt-4o"));

        assertThat(ask().header("x-tollgate-model")).isEqualTo("gpt-4o");
        assertThat(ask().header("x-tollgate-model")).isEqualTo("gpt-4o");
        assertThat(explained("").path("low_budget").toString()).isEqualTo("[\"prefer_cheaper\"]");
        assertThat(ask().header("x-tollgate-model")).isEqualTo("gpt-4.1-nano");
    }

    // When providers fail

    @Test
    void a_provider_that_fails_is_left_for_the_next_candidate_and_the_entry_tells_both() {
        twoProviders("gpt-4.1");
        OPENAI.answering(failing(500));
        MISTRAL.answering(answered("mistral-small-latest"));

        Answer answer = ask();

        accepted(answer);
        assertThat(answer.header("x-tollgate-provider")).isEqualTo("mistral");
        assertThat(OPENAI.received()).hasSize(1);
        assertThat(MISTRAL.only().header("authorization")).isEqualTo("Bearer mistral-key");
        assertThat(MISTRAL.only().text()).isEqualTo(chat("mistral-small-latest", "Hello"));
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.outcome()).isEqualTo("ok");
        assertThat(entry.text("provider")).isEqualTo("mistral");
        JsonNode attempts = entry.json().path("attempts");
        assertThat(attempts).hasSize(2);
        assertThat(attempts.toString()).contains("openai", "mistral", "500");
    }

    @Test
    void a_stream_goes_on_to_the_next_candidate_before_its_first_byte() {
        twoProviders("gpt-4.1-mini");
        OPENAI.answering(failing(503));
        MISTRAL.answering((_, wire) -> wire.write(FakeUpstream.streamHead())
                .chunk("data: {\"id\":\"x\",\"object\":\"chat.completion.chunk\",\"model\":\"mistral-small-latest\","
                        + "\"choices\":[{\"index\":0,\"delta\":{\"content\":\"Hi\"}}]}\n\n")
                .chunk("data: [DONE]\n\n")
                .end());

        Answer answer = app.post(CHAT, streamedChat(route, "Hello"));

        accepted(answer);
        assertThat(answer.data()).last().isEqualTo("[DONE]");
        assertThat(answer.header("x-tollgate-provider")).isEqualTo("mistral");
    }

    @Test
    void what_is_the_request_s_own_fault_is_not_tried_elsewhere() {
        twoProviders("gpt-4o-2024-08-06");
        OPENAI.answering(failing(400));
        MISTRAL.answering(answered("mistral-small-latest"));

        assertThat(ask().status()).isEqualTo(400);
        assertThat(MISTRAL.received()).isEmpty();
    }

    @Test
    void an_attempt_that_may_have_been_billed_is_booked_by_itself() {
        twoProviders("gpt-5");
        OPENAI.answering((_, wire) -> wire.close());
        MISTRAL.answering(answered("mistral-small-latest"));

        Answer answer = ask();

        accepted(answer);
        assertThat(answer.header("x-tollgate-provider")).isEqualTo("mistral");
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.estimated()).isFalse();
        String bookedAs = entry.json().at("/attempts/0/booked_as").asText();
        JsonNode lost =
                ADMIN.get("/admin/v1/ledger/" + bookedAs).json().path("data").path(0);
        assertThat(lost.path("kind").asText()).isEqualTo("attempt");
        assertThat(lost.path("parent_id").asText()).isEqualTo(answer.requestId());
        assertThat(lost.path("provider").asText()).isEqualTo("openai");
        assertThat(lost.path("charge").asText()).isEqualTo("0");
    }

    @Test
    void the_last_candidate_s_error_is_the_answer_after_all_were_tried_again() {
        accepted(put(
                "routes/" + route,
                "{\"candidates\":[{\"model\":\"gpt-5-mini\",\"provider\":\"openai\"},"
                        + "{\"model\":\"mistral-large-latest\",\"provider\":\"mistral\"}]}"));
        OPENAI.answering(failing(500));
        MISTRAL.answering(failing(503));

        Answer answer = ask();

        assertThat(answer.status()).isEqualTo(503);
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.outcome()).isEqualTo("upstream_error");
        assertThat(entry.charge().nanos()).isZero();
        assertThat(entry.json().path("attempts")).as("each, and twice more").hasSize(6);
    }

    @Test
    void what_was_held_for_a_failed_attempt_is_free_again() {
        twoProviders("gpt-5-nano");
        ADMIN.post(
                "/admin/v1/budgets",
                "{\"name\":\"b\",\"measure\":\"requests\",\"amount\":3,\"period\":\"year\",\"scope\":{\"owner\":"
                        + "\"organization\",\"owner_id\":" + quote(organization) + "}}");
        OPENAI.answering(failing(500));
        MISTRAL.answering(answered("mistral-small-latest"));

        for (int i = 0; i < 3; i++) {
            accepted(ask());
        }
        assertThat(ask().errorCode()).isEqualTo("budget_exceeded");
    }

    @Test
    void a_budget_of_a_model_counts_it_under_whatever_name_it_is_asked_for() {
        accepted(put("routes/" + route, "{\"candidates\":[{\"model\":\"gpt-4o-mini\"}]}"));
        ADMIN.post(
                "/admin/v1/budgets",
                "{\"name\":\"b\",\"measure\":\"requests\",\"amount\":2,\"period\":\"year\",\"scope\":{\"owner\":"
                        + "\"organization\",\"owner_id\":" + quote(organization) + ",\"models\":[\"gpt-4o-mini\"]}}");
        OPENAI.answering(answered("gpt-4o-mini"));

        accepted(ask());
        accepted(app.post(CHAT, chat("openai/gpt-4o-mini", "Hello")));
        assertThat(ask().errorCode()).isEqualTo("budget_exceeded");
        assertThat(app.post(CHAT, chat("gpt-4o-mini", "Hello")).errorCode()).isEqualTo("budget_exceeded");
        assertThat(app.post(CHAT, chat("openai/gpt-4o-mini", "Hello")).errorCode())
                .isEqualTo("budget_exceeded");
    }

    @Test
    void a_model_that_is_stopped_is_left_for_the_next_candidate() {
        twoProviders("gpt-4.1-mini");
        ADMIN.post("/admin/v1/stops", "{\"owner\":\"model\",\"owner_id\":\"gpt-4.1-mini\"}");
        MISTRAL.answering(answered("mistral-small-latest"));

        assertThat(ask().header("x-tollgate-provider")).isEqualTo("mistral");
    }

    @Test
    void a_provider_that_asks_for_a_pause_gets_one() {
        twoProviders("o3-mini");
        OPENAI.answering(failing(429, "Retry-After: 60"));
        MISTRAL.answering(answered("mistral-small-latest"));

        accepted(ask());
        accepted(ask());

        assertThat(OPENAI.received()).as("asked once, then left alone").hasSize(1);
        assertThat(explained("").at("/considered/0/why").asText()).contains("too many calls failed");
    }

    @Test
    void a_key_of_a_caller_s_own_that_is_refused_shuts_nothing_for_others() {
        twoProviders("o4-mini");
        accepted(ADMIN.send(ADMIN.request("/admin/v1/organizations/" + organization)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"caller_keys_allowed\":true}"))));
        ApiClient own = new ApiClient(TOLLGATE.root(), "sk-own");
        OPENAI.answering(failing(401, "Retry-After: 60"));
        for (int i = 0; i < 6; i++) {
            Answer refused =
                    own.post(CHAT, chat(route, "Hello"), "x-tollgate-key", app.key(), "x-tollgate-provider", "openai");
            assertThat(refused.status()).as(refused.toString()).isEqualTo(401);
        }
        assertThat(own.post(CHAT, chat(route, "Hello"), "x-tollgate-key", app.key())
                        .errorCode())
                .as("it goes nowhere that the caller has not said")
                .isEqualTo("missing_value");

        OPENAI.answering(answered("o4-mini"));
        assertThat(ask().header("x-tollgate-provider")).isEqualTo("openai");
    }

    // Management

    @Test
    void a_route_is_changed_in_the_version_that_was_read_and_restored() {
        String path = "routes/" + route;
        Answer made = put(path, "{\"candidates\":[{\"model\":\"gpt-4o\"}]}", "If-Match", "\"0\"");
        accepted(made);
        String first = made.header("etag");
        assertThat(put(path, "{\"candidates\":[{\"model\":\"gpt-4o-mini\"}]}", "If-Match", "\"0\"")
                        .status())
                .isEqualTo(412);
        Answer changed = put(path, "{\"candidates\":[{\"model\":\"gpt-4o-mini\"}]}", "If-Match", first);
        accepted(changed);
        assertThat(changed.header("etag")).isNotEqualTo(first);

        Answer restored = ADMIN.post("/admin/v1/" + path + "/restore", "{\"version\":" + first.replace("\"", "") + "}");

        accepted(restored);
        assertThat(restored.json().at("/definition/candidates/0/model").asText())
                .isEqualTo("gpt-4o");
        assertThat(ADMIN.get("/admin/v1/" + path + "/versions").json().path("data"))
                .hasSize(3);
        assertThat(ADMIN.delete("/admin/v1/" + path).status()).isEqualTo(204);
        assertThat(ADMIN.get("/admin/v1/" + path).status()).isEqualTo(404);
        assertThat(ADMIN.get("/admin/v1/audit?object_id=" + route).json().path("data"))
                .extracting(line -> line.path("action").asText())
                .containsExactlyInAnyOrder("route.put", "route.put", "route.restore", "route.remove");
    }

    @Test
    void a_change_is_checked_with_all_routes_and_names_every_place() {
        Answer refused = put(
                "routes/" + route,
                "{\"candidates\":[{\"model\":\"gpt-4o\",\"when\":{\"tier\":[\"gold\"]}},{\"model\":\"gpt-0\"},"
                        + "{\"route\":" + quote(route) + "}]}");
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.text())
                .contains(
                        "candidates[0].when.tier: there is no tier gold",
                        "candidates[1].model: there is no price for gpt-0",
                        "candidates[2].route: a circle");
        assertThat(refused.json().at("/error/param").asText()).isEqualTo("candidates[0].when.tier");

        twoProviders();
        accepted(put("routes/" + route + "-2", "{\"candidates\":[{\"route\":" + quote(route) + "}]}"));
        assertThat(ADMIN.delete("/admin/v1/routes/" + route).errorCode()).isEqualTo("conflict");
    }

    @Test
    void what_the_file_declares_is_its_own_and_follows_it() {
        assertThat(put("routes/declared", "{\"candidates\":[{\"model\":\"gpt-4o\"}]}")
                        .errorCode())
                .isEqualTo("declared_in_file");

        List<String> models = new ArrayList<>();
        declare(
                "routes: [{name: declared, candidates: [{model: gpt-4o}]}, {name: new, candidates: [{route: declared}]}]");
        Await.until(
                "the file's new routes are in force",
                () -> ADMIN.get("/admin/v1/routes/new").status() == 200);
        models.add(declaredModel());
        declare("routes: [{name: declared, candidates: [{model: gpt-4.1}]}, {name: new, candidates: [{route: old}]}]");
        Await.until(
                "the wrong file is complained about",
                () -> TOLLGATE.output().contains("routes[1].candidates[0].route: there is no route old"));
        models.add(declaredModel());

        assertThat(models).as("a file that is wrong changes nothing").containsExactly("gpt-4o", "gpt-4o");
    }

    @Test
    void prices_and_routes_of_the_file_change_together() {
        declare(ours("first", "1") + "\nroutes: [{name: declared, candidates: [{model: gpt-4o-mini}]},"
                + " {name: over-ours, candidates: [{model: ours, provider: openai}]}]");
        Await.until(
                "the file's new price and its route are in force",
                () -> ADMIN.get("/admin/v1/routes/over-ours").status() == 200);
        OPENAI.answering(answered("ours"));
        Answer first = app.post(CHAT, chat("over-ours", "Hello"));
        accepted(first);
        assertThat(first.header("x-tollgate-cost")).isEqualTo("0.00001"); // 10 tokens at $1 a million
        assertThat(first.header("x-tollgate-route")).startsWith("over-ours@file:");
        Answer refused = ADMIN.post(
                "/admin/v1/prices",
                "{\"provider\":\"openai\",\"price\":{\"model\":\"ours\",\"standard\":{\"input\":\"9\"}}}");
        assertThat(refused.errorCode()).isEqualTo("declared_in_file");
        assertThat(refused.text()).contains(file().toString());

        declare(ours("first", "2") + "\nroutes: [{name: declared, candidates: [{model: gpt-4o-mini}]}]");
        Await.until(
                "another price under the same version is refused",
                () -> TOLLGATE.metric("tollgate_config_refused") == 1);
        assertThat(TOLLGATE.output()).contains("openai/first was something else");
        accepted(app.post(CHAT, chat("over-ours", "Hello")));

        declare(ours("second", "2") + "\nroutes: [{name: declared, candidates: [{model: gpt-4o-mini}]}]");
        Await.until("it is in force", () -> TOLLGATE.metric("tollgate_config_refused") == 0);
        Answer second = app.post(CHAT, chat("openai/ours", "Hello"));
        accepted(second);
        assertThat(second.header("x-tollgate-cost")).isEqualTo("0.00002");
        assertThat(TOLLGATE.ledger().entry(second).text("price_version")).isEqualTo("openai/second");
        assertThat(TOLLGATE.ledger().entry(first).text("price_version")).isEqualTo("openai/first");
    }

    private static String ours(String version, String input) {
        return "prices: [{provider: openai, currency: USD, version: " + version + ", source: 'https://example.com',"
                + " models: [{model: ours, unverified: true, standard: {input: '" + input + "', output: '0'}}]}]";
    }

    private static String declaredModel() {
        return ADMIN.get("/admin/v1/routes/declared")
                .json()
                .at("/definition/candidates/0/model")
                .asText();
    }

    /** A tier of its own for the organization. */
    private String newTier() {
        String tier = "tier-" + UUID.randomUUID();
        ADMIN.post("/admin/v1/tiers", "{\"name\":" + quote(tier) + "}");
        ADMIN.send(ADMIN.request("/admin/v1/organizations/" + organization)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"tier\":" + quote(tier) + "}")));
        return tier;
    }

    private void budgetOfFourRequests() {
        ADMIN.post(
                "/admin/v1/budgets",
                "{\"name\":\"b\",\"measure\":\"requests\",\"amount\":4,\"period\":\"year\",\"scope\":{\"owner\":"
                        + "\"organization\",\"owner_id\":" + quote(organization) + "}}");
    }
}

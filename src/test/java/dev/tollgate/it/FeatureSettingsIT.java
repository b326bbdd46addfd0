package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.http.HttpResponseFor;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is set for a feature, on the way of its requests, in two processes over one database. */
class FeatureSettingsIT {
    private static final String PROMPT = "Never say \"moo\".\nBe kind. 😀";
    private static final AtomicInteger ORGANIZATIONS = new AtomicInteger();
    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final List<TollgateProcess> BOTH = TollgateProcess.start(List.of(process(), process()));
    private static final TollgateProcess ONE = BOTH.getFirst();
    private static final TollgateProcess OTHER = BOTH.getLast();

    private final ApiClient root = ONE.administration();
    private ApiClient api;
    private String organization;

    private static TollgateProcess.Setup process() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(PROVIDER.baseUrl(), "key-of-the-provider")
                .with("TOLLGATE_ACCOUNT_OWNER", "platform");
    }

    @BeforeEach
    void a_new_organization() {
        String name = "settings " + ORGANIZATIONS.incrementAndGet();
        api = ONE.newOrganization(name);
        organization = DATABASE.value("select id from organization where name = '" + name + "'");
        PROVIDER.answering(FakeUpstream.json(200, """
                {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,
                "message":{"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],
                "usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}"""));
    }

    @AfterAll
    static void prompts_are_nowhere_but_among_the_settings() {
        ONE.close();
        OTHER.close();
        PROVIDER.close();
        assertThat(ONE.complaints()).isEmpty();
        assertThat(OTHER.complaints()).isEmpty();
        assertThat(ONE.output() + OTHER.output()).doesNotContain("Never say");
        assertThat(DATABASE.value("select count(*) from ledger where ledger::text like '%Never say%'"))
                .isEqualTo("0");
        assertThat(DATABASE.value("select count(*) from ledger")).isNotEqualTo("0");
    }

    @Test
    void a_feature_that_is_switched_off_is_refused_and_booked() {
        set("chat", "{\"enabled\":false}");

        Answer refused = ask("chat", chat("gpt-4o-mini", "Hi"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("feature_not_allowed");
        assertThat(refused.text()).contains("The feature chat is switched off");
        assertThat(ask("search", chat("gpt-4o-mini", "Hi")).status()).isEqualTo(200);

        set("*", "{\"enabled\":false}");
        assertThat(ask("search", chat("gpt-4o-mini", "Hi")).errorCode()).isEqualTo("feature_not_allowed");
        assertThat(api.post("/v1/chat/completions", chat("gpt-4o-mini", "Hi")).errorCode())
                .isEqualTo("feature_not_allowed");
    }

    @Test
    void a_model_that_is_not_allowed_for_the_feature_is_refused() {
        set("chat", "{\"allowed_models\":[\"gpt-4o-m*\"]}");

        Answer refused = ask("chat", chat("gpt-4o", "Hi"));
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.errorCode()).isEqualTo("model_not_allowed");
        assertThat(refused.text()).contains("gpt-4o-m*");
        assertThat(ask("chat", chat("gpt-4o-mini", "Hi")).status()).isEqualTo(200);
    }

    @Test
    void a_request_that_names_no_model_gets_the_default_one() {
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        assertThat(ask("chat", body).errorCode()).isEqualTo("missing_value");

        set("chat", "{\"default_model\":\"gpt-4o-mini\"}");
        assertThat(ask("chat", body).status()).isEqualTo(200);
        assertThat(sent()).isEqualTo("{\"model\":\"gpt-4o-mini\"," + body.substring(1));
        assertThat(api.post("/v1/embeddings", "{\"input\":\"a\"}", "x-tollgate-feature", "chat")
                        .errorCode())
                .as("embeddings are not generated by a model for text")
                .isEqualTo("missing_value");
    }

    @Test
    void the_prompt_defaults_and_cap_are_put_in_and_the_rest_stays_byte_for_byte() {
        set("chat", "{\"system_prompt\":" + Json.quote(PROMPT) + ",\"temperature\":0.25,\"output_cap\":100}");

        ask(
                "chat",
                "{\"model\":\"gpt-4o-mini\", \"max_tokens\":500, \"x\" :[1e3],\"messages\":[ {\"role\":\"user\","
                        + "\"content\":\"H\\u0069\"}]}");
        assertThat(sent())
                .isEqualTo("{\"temperature\":0.25,\"model\":\"gpt-4o-mini\", \"max_tokens\":100, \"x\" :[1e3],"
                        + "\"messages\":[{\"role\":\"system\",\"content\":\"Never say \\\"moo\\\".\\nBe kind. 😀\"}, "
                        + "{\"role\":\"user\",\"content\":\"H\\u0069\"}]}");

        String again = sent();
        ask("chat", again);
        assertThat(sent()).as("never doubled").isEqualTo(again);
    }

    @Test
    void the_official_SDK_sees_nothing_of_it_but_its_effect() {
        set("chat", "{\"system_prompt\":" + Json.quote(PROMPT) + "}");
        OpenAIClient sdk = OpenAIOkHttpClient.builder()
                .baseUrl(ONE.baseUrl())
                .apiKey(api.key())
                .putHeader("x-tollgate-feature", "chat")
                .build();

        assertThat(sdk.chat()
                        .completions()
                        .create(ChatCompletionCreateParams.builder()
                                .model("gpt-4o-mini")
                                .addSystemMessage("Be brief.")
                                .addUserMessage("Hi")
                                .build())
                        .choices()
                        .getFirst()
                        .message()
                        .content())
                .contains("Hello");
        JsonNode messages = Json.parse(sent()).path("messages");
        assertThat(messages).hasSize(3);
        assertThat(messages.at("/0/content").asText()).isEqualTo(PROMPT);
        assertThat(messages.at("/1/content").asText()).isEqualTo("Be brief.");

        ResponseCreateParams question = ResponseCreateParams.builder()
                .model("gpt-4o-mini")
                .instructions("Be brief.")
                .input("Hi")
                .build();
        try (HttpResponseFor<Response> answer =
                sdk.responses().withRawResponse().create(question)) {
            assertThat(answer.statusCode()).isEqualTo(200);
        }
        assertThat(Json.parse(sent()).path("instructions").asText()).isEqualTo(PROMPT + "\n\nBe brief.");
        sdk.close();
    }

    @Test
    void all_features_that_are_not_named_share_the_figures_of_the_star() {
        set("*", "{\"requests_per_day\":3}");
        set("chat", "{\"enabled\":true}");
        ApiClient elsewhere = new ApiClient(OTHER.root(), api.key());
        String body = chat("gpt-4o-mini", "Hi");
        for (ApiClient each : List.of(api, elsewhere)) {
            Await.until(
                    "settings and their rules are in force",
                    () -> each.post(
                                            "/v1/chat/completions",
                                            body,
                                            "x-tollgate-feature",
                                            "search",
                                            "x-tollgate-dry-run",
                                            "true")
                                    .json()
                                    .path("budgets")
                                    .size()
                            == 2);
        }

        assertThat(ask("search", body).status()).isEqualTo(200);
        assertThat(elsewhere
                        .post("/v1/chat/completions", body, "x-tollgate-feature", "mail")
                        .status())
                .isEqualTo(200);
        assertThat(api.post("/v1/chat/completions", body).status())
                .as("without a feature")
                .isEqualTo(200);

        for (String feature : List.of("search", "yet another")) {
            Answer refused = ask(feature, body);
            assertThat(refused.status()).as(feature).isEqualTo(429);
            assertThat(refused.json().at("/error/budget/name").asText()).isEqualTo("*: requests per day");
        }
        assertThat(ask("chat", body).status()).as("it has figures of its own").isEqualTo(200);
        set("search", "{\"enabled\":true}");
        Await.until("it is named now", () -> ask("search", body).status() == 200);
    }

    @Test
    void a_feature_that_the_key_is_bound_to_beats_the_header() {
        DATABASE.execute("update api_key set feature = 'bound' where organization_id = '" + organization + "'");
        set("bound", "{\"enabled\":false}");

        Await.until(
                "the key is bound",
                () -> "feature_not_allowed"
                        .equals(
                                ask("chat", chat("gpt-4o-mini", "Hi")).status() == 403
                                        ? ask("chat", chat("gpt-4o-mini", "Hi")).errorCode()
                                        : ""));
    }

    @Test
    void a_dry_run_shows_what_would_be_sent_and_sends_nothing() {
        set("chat", "{\"system_prompt\":\"Be kind.\",\"output_cap\":100,\"default_model\":\"gpt-4o-mini\"}");
        String body = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
        int before = PROVIDER.received().size();

        Answer shown =
                api.post("/v1/chat/completions", body, "x-tollgate-feature", "chat", "x-tollgate-dry-run", "true");
        assertThat(shown.status()).as(shown.toString()).isEqualTo(200);
        String sent = "{\"model\":\"gpt-4o-mini\",\"max_completion_tokens\":100,\"messages\":"
                + "[{\"role\":\"system\",\"content\":\"Be kind.\"},{\"role\":\"user\",\"content\":\"Hi\"}]}";
        assertThat(shown.text()).contains("\"request\":" + sent);
        assertThat(shown.json().at("/organization_settings").asText()).isEqualTo("chat");
        assertThat(shown.json().at("/estimate/data/0/output_tokens/upper").asLong())
                .isEqualTo(100);
        assertThat(shown.json().at("/estimate/data")).hasSize(1);
        assertThat(shown.hasHeader("x-request-id")).isTrue();
        assertThat(PROVIDER.received()).hasSize(before);

        Answer asked = root.post(
                "/admin/v1/dry-run",
                "{\"organization_id\":\"" + organization + "\",\"feature\":\"chat\",\"request\":" + body + "}");
        assertThat(asked.status()).as(asked.toString()).isEqualTo(200);
        assertThat(asked.text()).contains("\"request\":" + sent);
        assertThat(asked.json().at("/estimate/data").size()).isPositive();
        Await.until(
                "the feature's limits are in force",
                () -> root.post(
                                "/admin/v1/dry-run",
                                "{\"organization_id\":\"" + organization + "\",\"feature\":\"chat\",\"request\":" + body
                                        + "}")
                        .json()
                        .at("/budgets")
                        .findValuesAsText("name")
                        .containsAll(List.of("chat: requests per day", "chat: cost per day")));

        set("chat", "{\"enabled\":false}");
        assertThat(root.post(
                                "/admin/v1/dry-run",
                                "{\"organization_id\":\"" + organization + "\",\"feature\":\"chat\",\"request\":" + body
                                        + "}")
                        .errorCode())
                .isEqualTo("feature_not_allowed");
        ask("search", chat("gpt-4o-mini", "Hi"));
        assertThat(sent()).as("what is next is sent").contains("gpt-4o-mini");
    }

    /** That it happens is what is asserted; how fast is measured and printed. */
    @Test
    void a_change_is_in_force_in_the_other_process_in_under_a_second() {
        ApiClient elsewhere = new ApiClient(OTHER.root(), api.key());
        Await.until(
                "the other process knows the key",
                () -> elsewhere
                                .post("/v1/chat/completions", chat("gpt-4o-mini", "Hi"))
                                .status()
                        == 200);
        set("chat", "{\"requests_per_minute\":100000,\"requests_per_day\":1000000}");
        long worst = 0;
        for (int i = 0; i < 20; i++) {
            boolean on = i % 2 == 1;
            set("chat", "{\"enabled\":" + on + "}");
            long changed = System.nanoTime();
            assertThat(ask("chat", chat("gpt-4o-mini", "Hi")).status())
                    .as("at once where it was made")
                    .isEqualTo(on ? 200 : 403);
            Await.until(
                    "the other process has followed",
                    () -> elsewhere
                                    .post(
                                            "/v1/chat/completions",
                                            chat("gpt-4o-mini", "Hi"),
                                            "x-tollgate-feature",
                                            "chat")
                                    .status()
                            == (on ? 200 : 403));
            worst = Math.max(worst, System.nanoTime() - changed);
        }
        System.out.println("Of 20 changes of settings the slowest was in force in the other process after "
                + worst / 1_000_000 + " ms");
    }

    private Answer ask(String feature, String body) {
        return api.post("/v1/chat/completions", body, "x-tollgate-feature", feature);
    }

    private void set(String feature, String body) {
        Answer changed = root.send(root.request("/admin/v1/settings/" + feature + "?organization_id=" + organization)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString(body)));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    }

    private static String sent() {
        return PROVIDER.received().getLast().text();
    }
}

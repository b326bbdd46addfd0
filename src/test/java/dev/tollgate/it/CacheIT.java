package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.helpers.ChatCompletionAccumulator;
import com.openai.helpers.ResponseAccumulator;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import com.openai.models.chat.completions.ChatCompletionStreamOptions;
import com.openai.models.completions.Completion;
import com.openai.models.completions.CompletionCreateParams;
import com.openai.models.responses.Response;
import com.openai.models.responses.ResponseCreateParams;
import com.openai.models.responses.ResponseStreamEvent;
import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.UUID;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Answers that are given again: what callers see, what is booked, and what reaches the provider. */
class CacheIT {
    private static final String CHATS = "/v1/chat/completions";
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_CACHE", "deterministic")
            .with("TOLLGATE_CACHE_ROUTES", "gpt-4.1-nano:off,gpt-4.1*:all")
            .start();

    private final ApiClient api = TOLLGATE.api();

    /** Of this test's requests: in the provider's charges, and in their text, so that no other test has asked the same. */
    private final String tag = "cache-" + UUID.randomUUID();

    @AfterAll
    static void stop() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    private String question() {
        return with(chat("gpt-4o-mini", "Hello " + tag), "\"temperature\":0");
    }

    private Answer ask(String body, String... headers) {
        return ask(api, body, headers);
    }

    private Answer ask(ApiClient client, String body, String... headers) {
        var request = client.request(CHATS, headers)
                .header("content-type", "application/json")
                .header("x-simulate-tag", tag)
                .POST(BodyPublishers.ofString(body));
        Answer answer = client.send(request);
        return answer;
    }

    /** How often the provider was asked. */
    private long asked() {
        return TestProvider.get().requests(tag);
    }

    private OpenAIClient sdk() {
        return TOLLGATE.sdk().putHeader("x-simulate-tag", tag).build();
    }

    @Test
    void a_question_that_was_answered_before_is_answered_for_nothing() {
        Answer first = ask(question());
        Answer again = ask(question());

        assertThat(first.header("x-tollgate-cache")).isEqualTo("miss");
        assertThat(again.header("x-tollgate-cache")).isEqualTo("hit-exact");
        assertThat(again.text()).isEqualTo(first.text());
        assertThat(again.header("x-tollgate-cost")).isEqualTo("0");
        assertThat(again.header("x-tollgate-saved")).isEqualTo(first.header("x-tollgate-cost"));
        assertThat(again.header("age")).matches("[0-9]+");
        assertThat(again.header("x-tollgate-model")).isEqualTo("gpt-4o-mini");
        assertThat(again.header("content-type")).startsWith("application/json");
        assertThat(again.requestId()).isNotEqualTo(first.requestId());
        assertThat(asked()).isEqualTo(1);

        Money charge = TOLLGATE.ledger().entry(first).charge();
        assertThat(charge).isEqualTo(TestProvider.get().charged(tag));
        Ledger.Entry entry = TOLLGATE.ledger().entry(again);
        assertThat(entry.outcome()).isEqualTo("cached");
        assertThat(entry.status()).isEqualTo(200);
        assertThat(entry.charge()).isEqualTo(Money.ZERO);
        assertThat(Money.dollars(entry.text("baseline_cost"))).isEqualTo(charge);
        assertThat(Money.dollars(entry.json().at("/savings/cache").asText())).isEqualTo(charge);
        assertThat(entry.text("cache")).isEqualTo("exact");
        assertThat(entry.text("cache_tier")).isEqualTo("memory");
        assertThat(entry.json().path("provider").isNull()).isTrue();
        assertThat(entry.json().path("attempts").isNull()).isTrue();
        assertThat(entry.json().path("input_tokens").asLong()).isZero();
        assertThat(DATABASE.value("select sum(cached) from usage_quarter_hour where model_served = '"
                        + entry.text("model_served") + "'"))
                .isNotEqualTo("0");
    }

    @Test
    void what_is_written_otherwise_is_the_same_question() {
        ask(question());
        String otherwise = "{ \"temperature\" : 0.0, \"user\":\"bob\", \"messages\":[{\"content\":\"\\u0048ello " + tag
                + "\",\"role\":\"user\"}], \"model\":\"gpt-4o-mini\" }";
        assertThat(ask(otherwise).header("x-tollgate-cache")).isEqualTo("hit-exact");
        assertThat(ask(with(question(), "\"max_tokens\":7")).header("x-tollgate-cache"))
                .isEqualTo("miss");
    }

    @Test
    void what_is_meant_to_vary_is_asked_again() {
        String varying = chat("gpt-4o-mini", "Hello " + tag);
        assertThat(ask(varying).header("x-tollgate-cache")).isEqualTo("bypass");
        assertThat(ask(varying).header("x-tollgate-cache")).isEqualTo("bypass");
        String tools =
                with(question(), "\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\",\"parameters\":{}}}]");
        assertThat(ask(tools).header("x-tollgate-cache")).isEqualTo("bypass");
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void nobody_is_given_what_was_answered_to_another_organization() {
        ask(question());
        ApiClient other = TOLLGATE.newOrganization("other " + tag);
        assertThat(ask(other, question()).header("x-tollgate-cache")).isEqualTo("miss");
        assertThat(ask(other, question()).header("x-tollgate-cache")).isEqualTo("hit-exact");
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void clients_share_answers_where_their_organization_says_so() {
        ApiClient root = TOLLGATE.administration();
        String organization = made(root, "organizations", "{\"name\":\"o\"}");
        List<ApiClient> clients = List.of(client(root, organization), client(root, organization));
        assertThat(ask(clients.getFirst(), question()).header("x-tollgate-cache"))
                .isEqualTo("miss");
        assertThat(ask(clients.getLast(), question()).header("x-tollgate-cache"))
                .isEqualTo("miss");
        set(organization, "*", "{\"sharing\":\"organization\"}");
        assertThat(ask(clients.getFirst(), question()).header("x-tollgate-cache"))
                .isEqualTo("miss");
        assertThat(ask(clients.getLast(), question()).header("x-tollgate-cache"))
                .isEqualTo("hit-exact");
        assertThat(asked()).isEqualTo(3);
    }

    @Test
    void a_budget_that_is_used_up_still_serves_what_is_known() {
        ApiClient root = TOLLGATE.administration();
        String organization = made(root, "organizations", "{\"name\":\"b\"}");
        ApiClient client = client(root, organization);
        Answer first = ask(client, question());
        Money cost = TOLLGATE.ledger().entry(first).charge();
        made(
                root,
                "budgets",
                "{\"name\":\"x\",\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + organization
                        + "\"},\"amount\":\"0.000000001\",\"period\":\"month\"}");
        Await.until(
                "the budget is in force",
                () -> ask(client, with(question(), "\"seed\":1")).status() == 429);
        Answer known = ask(client, question());
        assertThat(known.status()).isEqualTo(200);
        assertThat(known.header("x-tollgate-saved")).isEqualTo(cost.toDollars());
        assertThat(ask(client, with(question(), "\"seed\":2")).status()).isEqualTo(429);
    }

    private static ApiClient client(ApiClient root, String organization) {
        String client = made(root, "clients", "{\"name\":\"c\",\"organization_id\":\"" + organization + "\"}");
        Answer key = root.post("/admin/v1/keys", "{\"name\":\"k\",\"client_id\":\"" + client + "\"}");
        ApiClient api = new ApiClient(TOLLGATE.root(), key.json().path("key").asText());
        Await.until("the key is known", () -> api.get("/v1/models").status() == 200);
        return api;
    }

    private static String made(ApiClient root, String collection, String body) {
        Answer made = root.post("/admin/v1/" + collection, body);
        assertThat(made.status()).as(made.toString()).isEqualTo(201);
        return made.json().path("id").asText();
    }

    @Test
    void models_and_routes_may_say_otherwise_by_their_names() {
        String off = question().replace("gpt-4o-mini", "gpt-4.1-nano");
        ask(off);
        assertThat(ask(off).hasHeader("x-tollgate-cache")).isFalse();
        String varying = chat("gpt-4.1", "Hello " + tag);
        ask(varying);
        assertThat(ask(varying).header("x-tollgate-cache")).isEqualTo("hit-exact");
    }

    @Test
    void callers_say_what_they_want_of_the_cache() {
        assertThat(ask(question(), "cache-control", "only-if-cached").status()).isEqualTo(504);
        assertThat(ask(question(), "cache-control", "only-if-cached").errorCode())
                .isEqualTo("not_cached");
        assertThat(ask(question(), "cache-control", "no-store").header("x-tollgate-cache"))
                .isEqualTo("miss");
        assertThat(ask(question()).header("x-tollgate-cache")).isEqualTo("miss"); // now it is kept
        assertThat(ask(question(), "cache-control", "only-if-cached").header("x-tollgate-cache"))
                .isEqualTo("hit-exact");
        assertThat(ask(question(), "cache-control", "no-cache").header("x-tollgate-cache"))
                .isEqualTo("bypass");
        assertThat(ask(question(), "x-tollgate-cache", "off").header("x-tollgate-cache"))
                .isEqualTo("bypass");
        assertThat(ask(question(), "cache-control", "max-age=0").header("x-tollgate-cache"))
                .isEqualTo("bypass");
        assertThat(ask(question(), "cache-control", "max-age=600").header("x-tollgate-cache"))
                .isEqualTo("hit-exact");
        assertThat(ask(with(question(), "\"cache\":{\"no-cache\":true}")).header("x-tollgate-cache"))
                .isEqualTo("bypass");
        assertThat(ask(with(question(), "\"cache\":{\"namespace\":\"a\"}")).header("x-tollgate-cache"))
                .isEqualTo("miss");
        assertThat(asked()).isEqualTo(7);
    }

    @Test
    void settings_of_a_feature_switch_it_off_and_drop_what_was_kept() {
        String feature = "f" + UUID.randomUUID();
        ask(question(), "x-tollgate-feature", feature);
        set(feature, "{\"reuse\":\"exact\",\"version\":1}");
        assertThat(ask(question(), "x-tollgate-feature", feature).header("x-tollgate-cache"))
                .isEqualTo("miss");
        set(feature, "{\"version\":2,\"max_bytes\":100}");
        ask(question(), "x-tollgate-feature", feature);
        assertThat(ask(question(), "x-tollgate-feature", feature).header("x-tollgate-cache"))
                .isEqualTo("miss");
        set(feature, "{\"reuse\":\"off\"}");
        assertThat(ask(question(), "x-tollgate-feature", feature).hasHeader("x-tollgate-cache"))
                .isFalse();
        set(feature, "{\"requests\":\"all\"}");
        String varying = chat("gpt-4o-mini", "Hello " + tag);
        assertThat(ask(varying, "x-tollgate-feature", feature).header("x-tollgate-cache"))
                .isEqualTo("miss");
        assertThat(ask(varying, "x-tollgate-feature", feature).header("x-tollgate-cache"))
                .isEqualTo("hit-exact");
    }

    private void set(String feature, String cache) {
        set(
                DATABASE.value("select organization_id from api_key where public_id = '"
                        + TOLLGATE.key().split("-")[2] + "'"),
                feature,
                cache);
    }

    private static void set(String organization, String feature, String cache) {
        ApiClient root = TOLLGATE.administration();
        Answer changed = root.send(root.request("/admin/v1/settings/" + feature + "?organization_id=" + organization)
                .header("content-type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"cache\":" + cache + "}")));
        assertThat(changed.status()).as(changed.toString()).isEqualTo(200);
    }

    @Test
    void the_sdk_gets_a_chat_as_a_stream_and_as_a_document_whichever_was_kept() {
        ChatCompletionCreateParams ask = ChatCompletionCreateParams.builder()
                .model("gpt-4o-mini")
                .addUserMessage("Hello " + tag)
                .temperature(0)
                .build();
        ChatCompletionCreateParams other =
                ask.toBuilder().addUserMessage("again").build();

        ChatCompletion document = sdk().chat().completions().create(ask);
        ChatCompletion streamed = accumulated(ask);
        assertThat(streamed.choices().getFirst().message().content())
                .isEqualTo(document.choices().getFirst().message().content());
        assertThat(streamed.id()).isEqualTo(document.id());
        assertThat(streamed.usage()).isEqualTo(document.usage());
        assertThat(asked()).isEqualTo(1);

        ChatCompletion first = accumulated(other);
        ChatCompletion again = accumulated(other);
        ChatCompletion joined = sdk().chat().completions().create(other);
        assertThat(again).isEqualTo(first);
        assertThat(joined.choices().getFirst().message().content())
                .isEqualTo(first.choices().getFirst().message().content());
        assertThat(joined.choices().getFirst().finishReason())
                .isEqualTo(first.choices().getFirst().finishReason());
        assertThat(joined.usage()).isEqualTo(first.usage());
        assertThat(asked()).isEqualTo(2);
    }

    private ChatCompletion accumulated(ChatCompletionCreateParams ask) {
        ChatCompletionAccumulator whole = ChatCompletionAccumulator.create();
        ChatCompletionCreateParams withUsage = ask.toBuilder()
                .streamOptions(
                        ChatCompletionStreamOptions.builder().includeUsage(true).build())
                .build();
        try (StreamResponse<ChatCompletionChunk> stream =
                sdk().chat().completions().createStreaming(withUsage)) {
            stream.stream().forEach(whole::accumulate);
        }
        return whole.chatCompletion();
    }

    @Test
    void a_stream_whose_caller_wants_no_usage_has_none() {
        String streamed = with(question(), "\"stream\":true");
        Answer first = ask(streamed);
        Answer again = ask(streamed);
        assertThat(again.header("x-tollgate-cache")).isEqualTo("hit-exact");
        assertThat(again.header("content-type")).startsWith("text/event-stream");
        assertThat(again.text()).isEqualTo(first.text()).doesNotContain("usage");
        Answer withUsage = ask(with(streamed, "\"stream_options\":{\"include_usage\":true}"));
        assertThat(withUsage.header("x-tollgate-cache")).isEqualTo("hit-exact");
        assertThat(withUsage.text()).contains("\"prompt_tokens\"");
        assertThat(asked()).isEqualTo(1);
    }

    @Test
    void the_sdk_gets_responses_and_completions_in_both_ways() {
        ResponseCreateParams ask = ResponseCreateParams.builder()
                .model("gpt-4o-mini")
                .input("Hello " + tag)
                .temperature(0)
                .build();
        Response document = sdk().responses().create(ask);
        ResponseAccumulator whole = ResponseAccumulator.create();
        try (StreamResponse<ResponseStreamEvent> stream = sdk().responses().createStreaming(ask)) {
            stream.stream().forEach(whole::accumulate);
        }
        assertThat(whole.response()).isEqualTo(document);

        CompletionCreateParams old = CompletionCreateParams.builder()
                .model("gpt-3.5-turbo-instruct")
                .prompt("Hello " + tag)
                .temperature(0)
                .build();
        List<Completion> chunks;
        try (StreamResponse<Completion> stream = sdk().completions().createStreaming(old)) {
            chunks = stream.stream().toList();
        }
        String text = chunks.stream()
                .flatMap(chunk -> chunk.choices().stream())
                .map(choice -> choice.text())
                .collect(Collectors.joining());
        assertThat(sdk().completions().create(old).choices().getFirst().text()).isEqualTo(text);
        assertThat(asked()).isEqualTo(2);
    }

    @Test
    void embeddings_are_known_one_by_one() {
        JsonNode first = embed("[\"one " + tag + "\",\"two " + tag + " and more\"]", "miss")
                .json();
        Money cost = TestProvider.get().charged(tag);
        Answer partial =
                embed("[\"two " + tag + " and more\",\"three " + tag + "\",\"one " + tag + "\"]", "hit-partial");
        JsonNode second = partial.json();
        assertThat(second.path("data")).hasSize(3);
        assertThat(second.at("/data/0/embedding")).isEqualTo(first.at("/data/1/embedding"));
        assertThat(second.at("/data/2/embedding")).isEqualTo(first.at("/data/0/embedding"));
        assertThat(second.at("/data/1/embedding")).hasSize(1536).isNotEqualTo(first.at("/data/0/embedding"));
        assertThat(second.path("data").findValuesAsText("index")).containsExactly("0", "1", "2");
        assertThat(asked()).isEqualTo(2);

        Ledger.Entry entry = TOLLGATE.ledger().entry(partial);
        Money rest = TestProvider.get().charged(tag).minus(cost);
        assertThat(entry.outcome()).isEqualTo("ok");
        assertThat(entry.charge()).isEqualTo(rest);
        assertThat(Money.dollars(entry.json().at("/savings/cache").asText())).isEqualTo(cost);
        assertThat(Money.dollars(entry.text("baseline_cost"))).isEqualTo(cost.plus(rest));
        assertThat(partial.header("x-tollgate-saved")).isEqualTo(cost.toDollars());
        assertThat(second.at("/usage/prompt_tokens").asLong())
                .isEqualTo(first.at("/usage/prompt_tokens").asLong() + entry.count("input"));

        Answer single = embed("\"three " + tag + "\"", "hit-exact");
        assertThat(single.json().at("/data/0/embedding")).isEqualTo(second.at("/data/1/embedding"));
        assertThat(single.header("x-tollgate-saved")).isEqualTo(rest.toDollars());
        assertThat(TOLLGATE.ledger().entry(single).outcome()).isEqualTo("cached");
        assertThat(asked()).isEqualTo(2);
    }

    private Answer embed(String input, String cache) {
        Answer answer = api.send(api.request("/v1/embeddings")
                .header("content-type", "application/json")
                .header("x-simulate-tag", tag)
                .POST(BodyPublishers.ofString("{\"model\":\"text-embedding-3-small\",\"input\":" + input + "}")));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
        assertThat(answer.header("x-tollgate-cache")).isEqualTo(cache);
        return answer;
    }
}

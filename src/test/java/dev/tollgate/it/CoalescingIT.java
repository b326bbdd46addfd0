package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.with;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import com.openai.client.OpenAIClient;
import com.openai.core.http.StreamResponse;
import com.openai.models.chat.completions.ChatCompletionChunk;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Ids;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawAnswer;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * Requests that ask the same at the same time: one call, one payer, an answer and an entry for each, however they come and
 * go. The provider's answers are held back on their way until all are there whom a test wants there.
 */
class CoalescingIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int STAMPEDE = 1_000;
    private static final int STREAMS_OF_A_CONNECTION = 250;
    private static final int KEPT = 256 * 1024;

    /** About 200 bytes each; the buffers of two sockets hold some megabytes. */
    private static final int MORE_WORDS_THAN_ARE_KEPT_ON_THEIR_WAY = 60_000;

    private static final TestProvider PROVIDER = TestProvider.get();
    private static final TcpLink LINK =
            TcpLink.cutTo(URI.create(PROVIDER.baseUrl()).getPort()).mend();
    private static final TollgateProcess TOLLGATE = setUp().start();

    private final String tag = "coalesce-" + UUID.randomUUID();
    private final String question = "What is asked by " + tag + "?";
    private final long joinedBefore = joined();

    @AfterAll
    static void stop() {
        TOLLGATE.kill();
        LINK.close();
    }

    @AfterEach
    void nothing_stays_in_flight() {
        Await.until("Tollgate has no request", () -> TOLLGATE.metric("tollgate_requests_in_flight") == 0);
        assertThat(TOLLGATE.metric("tollgate_calls_joinable")).isZero();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void a_stampede_of_the_same_request_is_one_call_with_one_payer() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            HttpClient client = vertx.createHttpClient(
                    new HttpClientOptions()
                            .setProtocolVersion(HttpVersion.HTTP_2)
                            .setHttp2ClearTextUpgrade(false)
                            .setHttp2MultiplexingLimit(STREAMS_OF_A_CONNECTION),
                    new PoolOptions().setHttp2MaxSize(STAMPEDE / STREAMS_OF_A_CONNECTION));
            LINK.hold();
            List<Future<Got>> asked = IntStream.range(0, STAMPEDE)
                    .mapToObj(_ -> ask(client, deterministic(chat("gpt-4o-mini", question))))
                    .toList();
            awaitJoined(STAMPEDE - 1);
            LINK.letGo();

            List<Got> answers = await(Future.all(asked)).list();
            assertThat(answers).allMatch(each -> each.status() == 200);
            assertThat(answers.stream().map(Got::body).distinct()).hasSize(1);
            assertThat(answers.stream().map(Got::requestId).distinct()).hasSize(STAMPEDE);
            assertThat(answers.stream().collect(Collectors.groupingBy(Got::cache, Collectors.counting())))
                    .containsEntry("miss", 1L)
                    .containsEntry("hit-coalesced", STAMPEDE - 1L);
        } finally {
            LINK.letGo();
            vertx.close();
        }

        assertThat(PROVIDER.requests(tag)).isEqualTo(1);
        Money paid = PROVIDER.charged(tag);
        List<Ledger.Entry> entries = entries(STAMPEDE);
        assertThat(entries.stream().filter(each -> each.outcome().equals("ok")))
                .singleElement()
                .matches(each -> each.charge().equals(paid));
        assertThat(entries.stream().filter(each -> each.outcome().equals("coalesced")))
                .hasSize(STAMPEDE - 1)
                .allMatch(each -> each.charge().equals(Money.ZERO))
                .allMatch(each -> saved(each).equals(paid));
    }

    @Test
    void who_joins_a_stream_in_the_middle_gets_all_of_it_also_when_its_payer_leaves() {
        String slowly = "x-simulate-chunk-ms: 20";
        try (RawConnection leader = raw();
                RawConnection follower = raw()) {
            leader.send(post(stream(), slowly, "x-simulate-words: 100")).readUntil("\"fox \"");
            LINK.hold();
            follower.send(post(stream()));
            awaitJoined(1);
            leader.close();
            LINK.letGo();

            RawAnswer answer = follower.answer();
            assertThat(answer.complete()).isTrue();
            assertThat(answer.header("x-tollgate-cache")).isEqualTo("hit-coalesced");
            assertThat(Ids.hiddenIn(answer.text())).isEqualTo(directly(stream(), "x-simulate-words: 100"));
        }

        assertThat(PROVIDER.requests(tag)).isEqualTo(1);
        List<Ledger.Entry> entries = entries(2);
        Ledger.Entry payer = only(entries, "ok");
        assertThat(payer.json().path("client_gone").asBoolean()).isTrue();
        assertThat(payer.estimated()).isFalse();
        assertThat(payer.charge()).isEqualTo(PROVIDER.charged(tag));
        assertThat(saved(only(entries, "coalesced"))).isEqualTo(PROVIDER.charged(tag));
    }

    @Test
    void the_last_one_to_leave_ends_the_stream_at_the_provider() {
        long cancelledBefore = PROVIDER.charges().cancelled();
        try (RawConnection leader = raw();
                RawConnection follower = raw()) {
            leader.send(post(stream(), "x-simulate-chunk-ms: 20", "x-simulate-words: 100000"))
                    .readUntil("\"fox \"");
            follower.send(post(stream())).readUntil("\"fox \"");
            leader.close();
            follower.readUntil("\"fox \"").readUntil("\"fox \"");
            assertThat(PROVIDER.charges().cancelled()).isEqualTo(cancelledBefore);
        }

        Await.until("the provider knows", () -> PROVIDER.charges().cancelled() == cancelledBefore + 1);
        List<Ledger.Entry> entries = entries(2);
        assertThat(entries).allMatch(each -> each.outcome().equals("cancelled"));
        assertThat(entries.stream().filter(each -> each.charge().equals(Money.ZERO)))
                .hasSize(1);
        assertThat(entries.stream().filter(Ledger.Entry::estimated)).hasSize(1);
    }

    @Test
    void whose_client_takes_nothing_is_cut_off_and_slows_nobody_down() {
        double before = TOLLGATE.metric("tollgate_shared_requests_total", "fate=\"fell_behind\"");
        try (RawConnection leader = raw();
                RawConnection sleeper = raw()) {
            LINK.hold();
            leader.send(post(stream(), "x-simulate-words: " + MORE_WORDS_THAN_ARE_KEPT_ON_THEIR_WAY));
            Await.until("there is a call", () -> TOLLGATE.metric("tollgate_calls_joinable") == 1);
            sleeper.send(post(stream()));
            awaitJoined(1);
            LINK.letGo();

            assertThat(leader.answer().text()).endsWith("data: [DONE]\n\n");
            assertThat(TOLLGATE.metric("tollgate_shared_requests_total", "fate=\"fell_behind\""))
                    .isEqualTo(before + 1);
            RawAnswer cut = sleeper.answer();
            assertThat(cut.complete()).isTrue();
            assertThat(cut.text()).endsWith("\"code\":\"fell_behind\"}}\n\n");
        }

        List<Ledger.Entry> entries = entries(2);
        assertThat(only(entries, "ok").charge()).isEqualTo(PROVIDER.charged(tag));
        assertThat(only(entries, "cut_off").charge()).isEqualTo(Money.ZERO);
    }

    @Test
    void the_next_one_makes_the_call_and_pays_where_the_first_has_failed() {
        String[] oneFault = {"x-simulate-fault: status-500", "x-simulate-fault-times: 1"};
        String body = deterministic(chat("gpt-4o-mini", question));
        try (RawConnection leader = raw();
                RawConnection second = raw();
                RawConnection third = raw()) {
            LINK.hold();
            leader.send(post(body, oneFault));
            Await.until("there is a call", () -> TOLLGATE.metric("tollgate_calls_joinable") == 1);
            second.send(post(body, oneFault));
            awaitJoined(1);
            third.send(post(body, oneFault));
            awaitJoined(2);
            LINK.letGo();

            assertThat(leader.answer().status()).isEqualTo(500);
            assertThat(second.answer().header("x-tollgate-cache")).isEqualTo("miss");
            assertThat(third.answer().header("x-tollgate-cache")).isEqualTo("hit-coalesced");
        }

        assertThat(PROVIDER.requests(tag)).isEqualTo(1);
        List<Ledger.Entry> entries = entries(3);
        assertThat(only(entries, "upstream_error").charge()).isEqualTo(Money.ZERO);
        assertThat(only(entries, "ok").charge()).isEqualTo(PROVIDER.charged(tag));
        assertThat(only(entries, "coalesced").charge()).isEqualTo(Money.ZERO);
    }

    @Test
    void the_official_SDK_takes_a_stream_that_it_shares() {
        OpenAIClient sdk = TOLLGATE.sdk().build();
        ChatCompletionCreateParams params = ChatCompletionCreateParams.builder()
                .model("gpt-4o-mini")
                .addUserMessage(question)
                .temperature(0.0)
                .putAdditionalHeader("x-client-request-id", tag)
                .putAdditionalHeader("x-simulate-tag", tag)
                .build();
        LINK.hold();
        List<CompletableFuture<String>> asked = IntStream.range(0, 3)
                .mapToObj(_ -> CompletableFuture.supplyAsync(() -> streamed(sdk, params), Thread::startVirtualThread))
                .toList();
        awaitJoined(2);
        LINK.letGo();

        List<String> texts = asked.stream().map(CompletableFuture::join).toList();
        sdk.close();

        assertThat(texts.getFirst()).isNotEmpty();
        assertThat(texts.stream().distinct()).hasSize(1);
        assertThat(PROVIDER.requests(tag)).isEqualTo(1);
    }

    @Tag("long")
    @Test
    void killed_in_the_middle_each_is_booked_once_and_one_has_paid() {
        TollgateProcess.Setup setup = setUp();
        TollgateProcess victim = setup.start();
        try (RawConnection leader = RawConnection.to(victim.root());
                RawConnection follower = RawConnection.to(victim.root())) {
            leader.send(post(victim, stream(), "x-simulate-chunk-ms: 20", "x-simulate-words: 100000"))
                    .readUntil("\"fox \"");
            follower.send(post(victim, stream())).readUntil("\"fox \"");
            victim.kill();
        }
        TollgateProcess again = setup.start();
        try {
            List<Ledger.Entry> entries = again.ledger().ofCaller(tag, 2);
            assertThat(entries).allMatch(each -> each.outcome().equals("interrupted"));
            assertThat(entries.stream().filter(each -> each.charge().equals(Money.ZERO)))
                    .hasSize(1);
        } finally {
            again.kill();
        }
    }

    private static TollgateProcess.Setup setUp() {
        return TollgateProcess.setUp()
                .over(TestPostgres.freshDatabase())
                .asking(
                        "http://127.0.0.1:" + LINK.port() + "/v1",
                        PROVIDER.api().key())
                .with("TOLLGATE_ACCOUNT_OWNER", "first")
                .with("TOLLGATE_CACHE", "deterministic")
                .with("TOLLGATE_WHOLE_ANSWER_BYTES_MAX", Integer.toString(KEPT));
    }

    private record Got(int status, String requestId, String cache, String body) {}

    private Future<Got> ask(HttpClient client, String body) {
        return client.request(
                        HttpMethod.POST,
                        TOLLGATE.root().getPort(),
                        TOLLGATE.root().getHost(),
                        CHAT)
                .compose(request -> {
                    request.putHeader("authorization", "Bearer " + TOLLGATE.key());
                    request.putHeader("content-type", "application/json");
                    request.putHeader("x-client-request-id", tag);
                    request.putHeader("x-simulate-tag", tag);
                    return request.send(body);
                })
                .compose(answer -> answer.body().map(bytes -> got(answer, bytes.toString())));
    }

    private static Got got(HttpClientResponse answer, String body) {
        return new Got(
                answer.statusCode(),
                String.valueOf(answer.getHeader("x-request-id")),
                String.valueOf(answer.getHeader("x-tollgate-cache")),
                body);
    }

    private static <T> T await(Future<T> future) throws Exception {
        return future.toCompletionStage().toCompletableFuture().get(120, SECONDS);
    }

    private static String streamed(OpenAIClient sdk, ChatCompletionCreateParams params) {
        StringBuilder text = new StringBuilder();
        try (StreamResponse<ChatCompletionChunk> chunks =
                sdk.chat().completions().createStreaming(params)) {
            chunks.stream()
                    .flatMap(chunk -> chunk.choices().stream())
                    .forEach(choice -> choice.delta().content().ifPresent(text::append));
        }
        return text.toString();
    }

    private static RawConnection raw() {
        return RawConnection.to(TOLLGATE.root());
    }

    private static String deterministic(String body) {
        return with(body, "\"temperature\":0");
    }

    private String stream() {
        return deterministic(streamedChat("gpt-4o-mini", question));
    }

    private String post(String body, String... headers) {
        return post(TOLLGATE, body, headers);
    }

    private String post(TollgateProcess to, String body, String... headers) {
        List<String> all = new ArrayList<>(List.of(headers));
        all.add("x-simulate-tag: " + tag);
        all.add("x-client-request-id: " + tag);
        return RawConnection.post(CHAT, to.key(), body, all.toArray(String[]::new));
    }

    /** What the provider answers without Tollgate, but for its ids. */
    private static String directly(String body, String... headers) {
        try (RawConnection direct = RawConnection.to(PROVIDER.api().root())) {
            String post = RawConnection.post(CHAT, PROVIDER.api().key(), body, headers);
            return Ids.hiddenIn(direct.send(post).answer().text());
        }
    }

    private static long joined() {
        return (long) TOLLGATE.metric("tollgate_shared_requests_total", "fate=\"joined\"");
    }

    private void awaitJoined(int count) {
        Await.until(count + " have joined", () -> joined() == joinedBefore + count);
    }

    private List<Ledger.Entry> entries(int count) {
        List<Ledger.Entry> found = new ArrayList<>();
        Await.until(count + " entries of " + tag, () -> {
            found.clear();
            found.addAll(TOLLGATE.ledger().all().stream()
                    .filter(entry -> entry.text("caller_request_id").equals(tag))
                    .toList());
            return found.size() >= count;
        });
        assertThat(found).hasSize(count);
        return found;
    }

    private static Ledger.Entry only(List<Ledger.Entry> entries, String outcome) {
        return entries.stream()
                .filter(entry -> entry.outcome().equals(outcome))
                .collect(Collectors.collectingAndThen(Collectors.toList(), found -> {
                    assertThat(found)
                            .as("entries that are %s: %s", outcome, entries)
                            .hasSize(1);
                    return found.getFirst();
                }));
    }

    private static Money saved(Ledger.Entry entry) {
        return Money.dollars(entry.json().path("savings").path("coalescing").asText());
    }
}

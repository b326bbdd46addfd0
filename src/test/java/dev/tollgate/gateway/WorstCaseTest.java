package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Bounds;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Candidate;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import dev.tollgate.wire.openai.RequestReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import java.lang.reflect.Proxy;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class WorstCaseTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final String SENTENCE = "All work and no play makes Jack a dull boy. ";
    private static final String MODEL = "gpt-4o-mini";
    private static final long WINDOW = 128_000;
    private static final Account ACCOUNT = new Account(
            "openai", "openai", BaseUrl.parse("https://api.openai.com/v1"), null, null, /* simulated= */ false);

    private final PricesInForce prices = new PricesInForce();
    private final Context context = VERTX.getOrCreateContext();
    private final WorstCase worstCase;

    WorstCaseTest() {
        prices.begin(PriceBook.builtIn(), List.of());
        Accounts accounts = new Accounts(prices, null);
        accounts.replace(List.of(ACCOUNT));
        worstCase = new WorstCase(new Bounds(), accounts, context);
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void a_request_is_bounded_by_its_bytes_and_the_price_of_its_account() {
        String body = chat("Hello");
        Bound bound = worstCase.of(exchange(body));
        assertThat(bound.inputTokens()).isEqualTo(body.length() + 16);
        assertThat(bound.chargeNanos()).isEqualTo((body.length() + 16) * 150L + 100 * 600);
    }

    @Test
    void what_runs_no_model_costs_nothing() {
        Exchange exchange = exchange("GET", "/v1/files", RequestBody.opaque(new byte[0], 0, 0, RequestFacts.NONE));
        exchange.chosen(new Candidate(ACCOUNT, null, null));
        assertThat(worstCase.of(exchange)).isSameAs(Bound.NOTHING);
        assertThat(worstCase.tighter(exchange).result()).isSameAs(Bound.NOTHING);
    }

    @Test
    void what_is_long_is_counted_on_another_thread_and_what_is_short_at_once() throws Exception {
        Exchange large = exchange(chat(SENTENCE.repeat(2_000)));
        Future<Bound> later = worstCase.tighter(large);
        assertThat(later.isComplete()).isFalse();
        Bound tight = later.toCompletionStage().toCompletableFuture().get(60, TimeUnit.SECONDS);
        assertThat(tight.inputTokens()).isBetween(20_000L, worstCase.of(large).inputTokens() / 3);
        assertThat(tight.outputCap()).isEqualTo(100);

        Exchange small = exchange(chat(SENTENCE.repeat(20)));
        Future<Bound> atOnce = worstCase.tighter(small);
        assertThat(atOnce.isComplete()).isTrue();
        assertThat(atOnce.result().inputTokens()).isLessThan(worstCase.of(small).inputTokens() / 2);
    }

    @Test
    void a_capped_bound_is_what_goes_to_the_provider() {
        Exchange exchange = exchange(chat("Hello"));
        Bound bound = worstCase.of(exchange);
        assertThat(exchange.outputCap()).isNull();

        exchange.capOutput(bound.withCap(bound.fit(bound.chargeNanos() - 1, Long.MAX_VALUE, Long.MAX_VALUE)));

        String sent = new String(
                exchange.body().forward(null, false, exchange.outputCap()).toBytes(), UTF_8);
        assertThat(sent).isEqualTo(chat("Hello").replace(":100", ":99"));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            "tools":[{"type":"web_search"}]                       | 16 | 16
            "tools":[{"type":"web_search"}]                       | 0  | 0
            "tools":[{"type":"web_search"}],"max_tool_calls":2    | 16 | 2
            "tools":[{"type":"web_search"}],"max_tool_calls":50   | 0  | 50
            "tools":[{"type":"web_search"}],"max_tool_calls":null | 16 | 16
            "tools":[{"type":"mcp"}]                              | 16 | 0
            "tools":[{"type":"function"}]                         | 16 | 0
            "max_tool_calls":2                                    | 16 | 0
            """)
    void tools_of_the_provider_bound_a_response_by_how_often_they_are_used(String members, long otherwise, long most) {
        Exchange exchange = response(members);
        ToolCalls tools = ToolCalls.of(exchange, worstCase, () -> otherwise);
        assertThat(tools.most()).isEqualTo(most);
        if (most > 0) {
            assertThat(tools.bound().inputTokens()).isEqualTo((most + 1) * WINDOW);
            assertThat(tools.boundAt().apply(1).inputTokens()).isEqualTo(2 * WINDOW);
        }
    }

    private Exchange response(String members) {
        byte[] bytes = ("{\"model\":\"" + MODEL + "\",\"input\":\"Hi\"," + members + "}").getBytes(UTF_8);
        Exchange exchange =
                exchange("POST", "/v1/responses", RequestReader.read(Operation.RESPONSE, bytes, 0, bytes.length, null));
        exchange.chosen(new Candidate(
                ACCOUNT, MODEL, requireNonNull(prices.find("org_a", "openai", MODEL, /* at= */ 1), MODEL)));
        return exchange;
    }

    private static String chat(String text) {
        return "{\"model\":\"" + MODEL + "\",\"messages\":[{\"role\":\"user\",\"content\":\"" + text
                + "\"}],\"max_completion_tokens\":100}";
    }

    private Exchange exchange(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        Exchange exchange = exchange(
                "POST", "/v1/chat/completions", RequestReader.read(Operation.CHAT, bytes, 0, bytes.length, null));
        exchange.chosen(new Candidate(
                ACCOUNT, MODEL, requireNonNull(prices.find("org_a", "openai", MODEL, /* at= */ 1), MODEL)));
        return exchange;
    }

    private static Exchange exchange(String method, String path, RequestBody body) {
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                WorstCaseTest.class.getClassLoader(), new Class<?>[] {HttpServerRequest.class}, (_, called, _) -> {
                    throw new UnsupportedOperationException(called.getName());
                });
        Exchange exchange = new Exchange(
                new RequestId(new UUID(0, 0)), 0, request, ApiPath.of(method, path), new Deadlines(VERTX, () -> 0));
        exchange.identified(Caller.of("org_a", "key_a"));
        exchange.read(body);
        return exchange;
    }
}

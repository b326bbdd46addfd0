package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Rules;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.rate.MemoryRates;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Waiting;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.limits.rules.Stops;
import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.GuardedHosts;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.provider.Upstream;
import dev.tollgate.provider.UpstreamCounts;
import dev.tollgate.provider.UpstreamSettings;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.testkit.Entries;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.RequestReader;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Two accounts at one provider, and one at another that has no price for the model. */
class ChooseAccountTest {
    private static final SpendGate GATE = new SpendGate(new RulesInForce(new Hearing(() -> 0, Duration.ZERO)));
    private static final Vertx VERTX = Vertx.vertx();
    private static final int DAY = 86_400;
    private static final int HOUR = 3_600;

    private final List<UsageLimit> limits = new ArrayList<>();
    private final List<Stop> stops = new ArrayList<>();
    private final Accounts accounts;
    private final ChooseAccount stage;

    ChooseAccountTest() {
        PricesInForce prices = new PricesInForce();
        prices.begin(PriceBook.builtIn(), List.of());
        accounts = new Accounts(prices, null);
        accounts.replace(List.of(account("other", "groq"), account("first", "openai"), account("second", "openai")));
        UpstreamSettings settings = new UpstreamSettings(
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                /* connectionsMax= */ 1,
                Optional.empty(),
                Optional.empty(),
                Optional.empty());
        ModelLists models = new ModelLists(upstream(settings), accounts, () -> 0);
        RateLimits rates = new RateLimits(new MemoryRates(100, () -> 0), Waiting.NONE, (_, _) -> {}, () -> 0);
        stage = new ChooseAccount(accounts, models, new AccountRoom(rates));
    }

    private static Upstream upstream(UpstreamSettings settings) {
        Destinations nowhere = new Destinations(new AddressRules(List.of()), _ -> Future.failedFuture("no names"));
        return new Upstream(
                VERTX,
                settings,
                new GuardedHosts(nowhere, () -> 0),
                new UpstreamCounts(),
                new AccountHealths(() -> Instant.EPOCH));
    }

    private static Account account(String id, String provider) {
        return new Account(id, provider, BaseUrl.parse("https://api.example.com/v1"), null, null, false);
    }

    @AfterAll
    static void stop() throws Exception {
        VERTX.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
    }

    @Test
    void the_first_account_serves_as_long_as_it_has_room() {
        limit("first", Kind.REQUESTS, 2, DAY);
        assertThat(List.of(served(), served(), served(), served()))
                .containsExactly("first", "first", "second", "second");
    }

    @Test
    void where_no_account_has_room_the_caller_is_told_of_the_one_that_has_some_first() {
        limit("first", Kind.REQUESTS, 1, DAY);
        UsageLimit soonest = limit("second", Kind.REQUESTS, 1, HOUR);
        served();
        served();
        Problem refused = refused(chat());
        assertThat(refused.code()).isEqualTo(ProblemCode.RATE_LIMIT_EXCEEDED);
        assertThat(refused.message()).contains(soonest.id(), "of account second", "Try again after 1h0m0s");
        assertThat(refused.headers()).containsEntry("Retry-After", "3600");
    }

    @Test
    void a_slot_comes_back_when_its_request_is_booked() {
        limit("first", Kind.CONCURRENCY, 1, 0);
        limit("second", Kind.CONCURRENCY, 1, 0);
        Exchange running = chat();
        assertThat(served(running)).isEqualTo("first");
        assertThat(served()).isEqualTo("second");
        assertThat(refused(chat()).code()).isEqualTo(ProblemCode.CONCURRENCY_EXCEEDED);
        running.booked(Entries.of(1));
        assertThat(served()).isEqualTo("first");
    }

    @Test
    void tokens_are_corrected_when_they_are_known() {
        limit("first", Kind.OUTPUT_TOKENS, 150, DAY);
        Exchange guessed = chat();
        assertThat(served(guessed)).isEqualTo("first");
        assertThat(served()).as("100 were taken").isEqualTo("second");
        guessed.booked(Entries.of(1));
        assertThat(served()).as("none was used").isEqualTo("first");
    }

    @Test
    void nothing_is_taken_of_an_account_that_is_skipped() {
        limit("first", Kind.REQUESTS, 1, DAY);
        limit("first", Kind.REQUEST_BYTES, 10, 0);
        assertThat(served()).isEqualTo("second");
        limits.removeLast();
        assertThat(served()).isEqualTo("first");
    }

    @Test
    void an_account_whose_spend_is_stopped_is_skipped() {
        stops.add(new Stop(
                "stp_1", Stop.Owner.ACCOUNT, "first", null, null, false, "it has leaked", Instant.EPOCH, null, 1));
        assertThat(served()).isEqualTo("second");
        limit("second", Kind.REQUESTS, 1, DAY);
        served();
        assertThat(refused(chat()).code()).as("this can be waited for").isEqualTo(ProblemCode.RATE_LIMIT_EXCEEDED);
        accounts.replace(List.of(account("first", "openai")));
        assertThat(refused(chat()).code()).isEqualTo(ProblemCode.SPEND_STOPPED);
    }

    @Test
    void what_leaves_or_names_objects_at_a_provider_stays_with_its_account() {
        limit("first", Kind.REQUESTS, 1, DAY);
        String response = "{\"model\":\"gpt-4o-mini\",\"input\":\"Hi\"}";
        assertThat(served(exchange("/v1/responses", response, null))).isEqualTo("first");
        assertThat(refused(exchange("/v1/responses", response, null)).message()).contains("of account first");
        assertThat(refused(exchange(
                                "/v1/chat/completions",
                                "{\"model\":\"gpt-4o-mini\",\"messages\":[{\"role\":\"user\",\"content\":"
                                        + "[{\"type\":\"file\",\"file\":{\"file_id\":\"file-abc\"}}]}]}",
                                null))
                        .message())
                .contains("of account first");
    }

    @Test
    void a_callers_own_key_is_not_held_to_the_limits_of_the_account() {
        limit("first", Kind.REQUESTS, 0, DAY);
        assertThat(served(exchange("/v1/chat/completions", body(), "sk-own"))).isEqualTo("first/caller");
    }

    @Test
    void a_shadow_limit_of_an_account_lets_everything_through_and_is_noted() {
        limits.add(new UsageLimit(
                "lim_shadow", "", Scope.of(Scope.Owner.ACCOUNT, "first"), Mode.SHADOW, Kind.REQUESTS, 1, DAY, null));
        served();
        Exchange beyond = chat();
        assertThat(served(beyond)).isEqualTo("first");
        assertThat(beyond.beyond().of(0, Entries.of(1).cost().charge(), 0))
                .extracting(UsageLimit::id)
                .containsExactly("lim_shadow");
    }

    @Test
    void caps_and_prices_of_an_account_are_among_the_limits_of_its_requests() {
        UsageLimit cap = limit("second", Kind.OUTPUT_CAP, 5, 0);
        limit("first", Kind.REQUESTS, 0, DAY);
        Exchange exchange = chat();
        assertThat(served(exchange)).isEqualTo("second");
        assertThat(exchange.governed().limits()).containsExactly(cap);
    }

    @Test
    void a_dry_run_goes_where_the_request_would_go_and_takes_nothing() {
        limit("first", Kind.REQUESTS, 1, DAY);
        limit("second", Kind.REQUESTS, 2, DAY);
        for (int i = 0; i < 3; i++) {
            assertThat(served(dryRun())).isEqualTo("first");
        }
        served();
        Exchange skipping = dryRun();
        assertThat(served(skipping)).isEqualTo("second");
        assertThat(told(skipping)).containsExactly("lim_1 false");
        served();
        served();
        Exchange nowhere = dryRun();
        assertThat(served(nowhere)).isEqualTo("second");
        assertThat(told(nowhere)).containsExactly("lim_1 true");
    }

    private static Exchange dryRun() {
        Exchange exchange = chat();
        exchange.isDryRun(new TouchedRules());
        return exchange;
    }

    /** Which limits are told, and whether they would refuse. */
    private static List<String> told(Exchange exchange) {
        String limits = requireNonNull(exchange.touchedOrNull())
                .answer(exchange, (_, _) -> Future.succeededFuture(List.of()))
                .result()
                .get("limits");
        return new JsonArray(limits)
                .stream()
                        .map(JsonObject.class::cast)
                        .map(limit -> limit.getString("id") + " " + limit.getBoolean("refuses"))
                        .toList();
    }

    private UsageLimit limit(String accountId, Kind kind, long amount, int periodSeconds) {
        UsageLimit limit = new UsageLimit(
                "lim_" + limits.size(),
                "",
                Scope.of(Scope.Owner.ACCOUNT, accountId),
                Mode.HARD,
                kind,
                amount,
                periodSeconds,
                null);
        limits.add(limit);
        return limit;
    }

    private String served() {
        return served(chat());
    }

    private String served(Exchange exchange) {
        Future<Reply> end = asked(exchange);
        assertThat(end.cause()).hasMessage("chosen");
        return exchange.candidate().account().id();
    }

    private Problem refused(Exchange exchange) {
        return (Problem) asked(exchange).cause();
    }

    private Future<Reply> asked(Exchange exchange) {
        RuleBook book = new RuleBook(1, Rules.of(List.of()), Rules.of(limits), Stops.of(stops), Set.of(), Map.of());
        Traits traits = new Traits("org_a", null, "key_a", null, null, null, "gpt-4o-mini", Map.of());
        exchange.governedBy(new Governed(book, traits, List.of(), GATE));
        return stage.handle(exchange, _ -> Future.failedFuture("chosen"));
    }

    private static String body() {
        return "{\"model\":\"gpt-4o-mini\",\"max_tokens\":100,\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    private static Exchange chat() {
        return exchange("/v1/chat/completions", body(), null);
    }

    private static Exchange exchange(String path, String body, @Nullable String broughtKey) {
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                ChooseAccountTest.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (_, called, _) -> switch (called.getName()) {
                    case "headers" -> HttpHeaders.headers();
                    default -> throw new UnsupportedOperationException(called.getName());
                });
        ApiPath parsed = ApiPath.of("POST", path);
        Exchange exchange =
                new Exchange(new RequestId(new UUID(0, 0)), 0, request, parsed, new Deadlines(VERTX, () -> 0));
        exchange.identified(Caller.of("org_a", "key_a"));
        exchange.isSet(EffectiveSettings.NONE);
        if (broughtKey != null) {
            exchange.brings(broughtKey);
        }
        byte[] bytes = body.getBytes(UTF_8);
        exchange.read(RequestReader.read(parsed.operation(), bytes, 0, bytes.length, null));
        return exchange;
    }
}

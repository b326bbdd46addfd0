package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tollgate.bounds.Bounds;
import dev.tollgate.gateway.http.Deadlines;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerStore;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Rules;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.Window;
import dev.tollgate.limits.rate.MemoryRates;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Waiting;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stops;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.Tenant;
import dev.tollgate.routing.AccountPlaces;
import dev.tollgate.routing.Choice;
import dev.tollgate.routing.RetryBudget;
import dev.tollgate.routing.Route;
import dev.tollgate.routing.Strategy;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.RequestReader;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.MultiMap;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.time.DayOfWeek;
import java.time.Duration;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The stages that keep the ledger, fail over and hold budgets, around a provider that a test plays, in virtual time and on
 * one thread. Accounts are called {@code a}, {@code b} and so on; all have the same model at the same price.
 */
final class FailOverRig implements AutoCloseable {
    static final String MODEL = "gpt-4o-mini";
    private static final Route ROUTE = new Route("route", "1", "", Strategy.IN_ORDER, List.of());
    static final int TOKENS_IN = 10;
    static final int TOKENS_OUT = 5;

    /** 10 input tokens at $0.15 and 5 output tokens at $0.60 a million. */
    static final long COST = 10 * 150 + 5 * 600;

    private static final Vertx VERTX = Vertx.vertx();
    private static final SpendGate GATE = new SpendGate(new RulesInForce(new Hearing(() -> 0, Duration.ZERO)));
    private static final long START = Instant.parse("2026-03-10T12:00:00Z").toEpochMilli();

    final List<UsageLimit> limits = new ArrayList<>();
    final List<Budget> budgetRules = new ArrayList<>();
    final Map<String, Long> amounts = new HashMap<>();
    final RetryCounts counts = new RetryCounts();
    final List<Long> pauses = new ArrayList<>();

    /** The accounts that were called, in that order. */
    final List<String> called = new ArrayList<>();

    /** What becomes of calls of an account, in their order; where nothing is said they are answered. */
    final Map<String, Deque<Fate>> fates = new HashMap<>();

    /** Calls that have not ended yet. */
    final List<Runnable> underWay = new ArrayList<>();

    final Granting store = new Granting();
    final MemoryLedger booked = new MemoryLedger();
    final Budgets budgets;
    long nanos = TimeUnit.HOURS.toNanos(1);

    private final Path folder;
    private final PricesInForce prices = new PricesInForce();
    private final Accounts accounts;
    private final Deque<Runnable> due = new ArrayDeque<>();
    private final Deque<Runnable> timers = new ArrayDeque<>();
    private final Journal journal;
    private final LedgerWriter ledger;
    private final Pipeline pipeline;
    private int requests;

    /** What becomes of a call. */
    interface Fate {
        Future<Reply> of(Exchange exchange);
    }

    FailOverRig(Path folder, RetryPolicy policy) {
        this.folder = folder;
        prices.begin(PriceBook.builtIn(), List.of());
        accounts = new Accounts(prices, null);
        accounts.replace(List.of(
                candidate("a").account(),
                candidate("b").account(),
                candidate("c").account()));
        budgets = new Budgets(
                store,
                () -> Future.succeededFuture(1L),
                () -> Instant.ofEpochMilli(START),
                () -> nanos,
                (_, action) -> {
                    timers.add(action);
                    return () -> timers.remove(action);
                },
                new Budgets.Settings(0, 0));
        journal = open(folder);
        ledger = writer(journal);
        Accounting accounting = new Accounting(accounts, policy.callersPayLost());
        Origins origins = new Origins(new EndUsers(new byte[16], _ -> Future.succeededFuture()));
        AccountRoom room =
                new AccountRoom(new RateLimits(new MemoryRates(100, () -> 0), Waiting.NONE, (_, _) -> {}, () -> 0));
        FailOver.Parts parts = new FailOver.Parts(
                accounts,
                new AccountPlaces(accounts, () -> nanos),
                room,
                new RetryBudget(),
                counts,
                accounting,
                new ExchangeRecord(origins),
                () -> Instant.ofEpochMilli(START),
                () -> nanos,
                () -> 0.5,
                this::pause);
        pipeline = Pipeline.of(
                new KeepLedger(journal, journal.lanes().getFirst(), ledger, accounting, origins, (_, _) -> {}),
                new FailOver(parts, policy),
                new HoldBudget(
                        budgets,
                        new WorstCase(new Bounds(), accounts, context()),
                        HoldBudget.Settings.DEFAULT,
                        () -> Instant.ofEpochMilli(START),
                        context()),
                (exchange, _) -> call(exchange));
    }

    static Journal open(Path folder) {
        Journal journal = Journal.open(
                new JournalSettings(folder, 1 << 20, 1 << 26, Duration.ofDays(1), /* synced= */ false),
                /* lanes= */ 1,
                () -> Instant.ofEpochMilli(START),
                UUID::randomUUID);
        journal.start();
        return journal;
    }

    private LedgerWriter writer(Journal of) {
        return new LedgerWriter(VERTX, of, booked, () -> Instant.ofEpochMilli(START), 1_000);
    }

    /** Runs on the test's thread, when it is let. */
    private Context context() {
        return (Context) Proxy.newProxyInstance(
                FailOverRig.class.getClassLoader(),
                new Class<?>[] {Context.class},
                (_, asked, arguments) -> switch (asked.getName()) {
                    case "runOnContext" -> due.add(() -> run(arguments[0]));
                    case "executeBlocking" -> Future.succeededFuture(((Callable<?>) arguments[0]).call());
                    default -> throw new UnsupportedOperationException(asked.getName());
                });
    }

    @SuppressWarnings("unchecked") // it is what Context declares
    private static void run(Object handler) {
        ((Handler<@Nullable Void>) handler).handle(null);
    }

    private Future<Void> pause(long pauseNanos) {
        pauses.add(pauseNanos);
        nanos += pauseNanos;
        return Future.succeededFuture();
    }

    /** Does all that is due, and what waits for time to pass. */
    void run() {
        for (int rounds = 0; !due.isEmpty() || (!timers.isEmpty() && rounds < 1_000); rounds++) {
            (due.isEmpty() ? timers : due).remove().run();
        }
    }

    // Requests

    Candidate candidate(String accountId) {
        Account account = new Account(
                accountId, "openai", BaseUrl.parse("https://" + accountId + ".example.com/v1"), null, null, false);
        return new Candidate(account, MODEL, requireNonNull(prices.find("org_a", "openai", MODEL, START), MODEL));
    }

    /** A request for a route to these accounts. */
    Exchange routed(String... accountIds) {
        Exchange exchange = request(body());
        exchange.routed(new Choice.Routed<>(
                ROUTE,
                Arrays.stream(accountIds).map(this::candidate).toList(),
                Arrays.stream(accountIds).map(id -> "route." + id).toList()));
        return exchange;
    }

    /** A request for the model over one account. */
    Exchange direct(String accountId) {
        Exchange exchange = request(body());
        exchange.chosen(candidate(accountId));
        return exchange;
    }

    /** The same over one that shares its requests with the others. */
    Exchange shared(String accountId) {
        Exchange exchange = direct(accountId);
        exchange.found((Accounts.Choice.Found)
                accounts.choose(new Tenant("org_a", null), null, MODEL, START, /* chance= */ 0));
        return exchange;
    }

    static String body() {
        return "{\"model\":\"" + MODEL + "\",\"max_completion_tokens\":" + 2 * TOKENS_OUT
                + ",\"messages\":[{\"role\":\"user\",\"content\":\"Hi\"}]}";
    }

    Exchange request(String body, String... headers) {
        MultiMap given = HttpHeaders.headers();
        for (int i = 0; i < headers.length; i += 2) {
            given.set(headers[i], headers[i + 1]);
        }
        HttpServerRequest request = (HttpServerRequest) Proxy.newProxyInstance(
                FailOverRig.class.getClassLoader(),
                new Class<?>[] {HttpServerRequest.class},
                (_, asked, _) -> switch (asked.getName()) {
                    case "headers" -> given;
                    default -> throw new UnsupportedOperationException(asked.getName());
                });
        ApiPath path = ApiPath.of("POST", "/v1/chat/completions");
        UUID lowest = RequestId.lowestAt(START);
        RequestId id =
                new RequestId(new UUID(lowest.getMostSignificantBits(), lowest.getLeastSignificantBits() | ++requests));
        Exchange exchange = new Exchange(id, nanos, request, path, new Deadlines(VERTX, () -> nanos));
        exchange.identified(Caller.of("org_a", "key_a"));
        exchange.isSet(EffectiveSettings.NONE);
        byte[] bytes = body.getBytes(UTF_8);
        exchange.read(RequestReader.read(path.operation(), bytes, 0, bytes.length, null));
        Traits traits = new Traits("org_a", null, "key_a", null, null, null, MODEL, Map.of());
        RuleBook book = new RuleBook(1, Rules.of(budgetRules), Rules.of(limits), Stops.NONE, Set.of(), amounts);
        exchange.governedBy(new Governed(book, traits, List.of(), GATE));
        return exchange;
    }

    /** Sends a request, and does all that is due. */
    Future<Reply> send(Exchange exchange) {
        Future<Reply> reply = pipeline.handle(exchange);
        run();
        return reply;
    }

    int status(Exchange exchange) {
        Future<Reply> reply = send(exchange);
        return reply.succeeded()
                ? reply.result().status()
                : ((Problem) reply.cause()).code().status();
    }

    ProblemCode problem(Exchange exchange) {
        return ((Problem) send(exchange).cause()).code();
    }

    void budget(Measure measure, long amount) {
        budget("bud_" + budgetRules.size(), Scope.of(Scope.Owner.ORGANIZATION, "org_a"), measure, amount);
    }

    void budget(String id, Scope scope, Measure measure, long amount) {
        Period year = new Period(Period.Unit.YEAR, ZoneOffset.UTC, DayOfWeek.MONDAY, Month.JANUARY);
        budgetRules.add(new Budget(id, id, scope, Mode.HARD, measure, year));
        amounts.put(id, amount);
    }

    // The provider

    void then(String accountId, Fate... next) {
        fates.computeIfAbsent(accountId, _ -> new ArrayDeque<>()).addAll(List.of(next));
    }

    private Future<Reply> call(Exchange exchange) {
        String account = exchange.candidate().account().id();
        called.add(account);
        Deque<Fate> next = fates.get(account);
        return (next == null || next.isEmpty() ? answered() : next.remove()).of(exchange);
    }

    private static Exchange.Attempt sent(Exchange exchange) {
        exchange.attempt().sentNanos = System.nanoTime();
        exchange.lastWord().beforeSending(exchange.attempt().sentNanos);
        return exchange.attempt();
    }

    static Fate answered() {
        return exchange -> {
            Exchange.Attempt attempt = sent(exchange);
            String body = "{\"model\":\"" + MODEL + "\",\"usage\":{\"prompt_tokens\":" + TOKENS_IN
                    + ",\"completion_tokens\":" + TOKENS_OUT + "}}";
            byte[] bytes = body.getBytes(UTF_8);
            attempt.status = 200;
            attempt.firstByteNanos = attempt.sentNanos + 1;
            attempt.doneNanos = attempt.firstByteNanos;
            attempt.reply.read(bytes, 0, bytes.length);
            return Future.succeededFuture(new Reply.Whole(200, HttpHeaders.headers(), Buffer.buffer(body)));
        };
    }

    static Fate status(int status, String... headers) {
        return exchange -> {
            Exchange.Attempt attempt = sent(exchange);
            attempt.status = status;
            attempt.firstByteNanos = attempt.sentNanos + 1;
            attempt.doneNanos = attempt.firstByteNanos;
            MultiMap told = HttpHeaders.headers();
            for (int i = 0; i < headers.length; i += 2) {
                told.set(headers[i], headers[i + 1]);
            }
            return Future.succeededFuture(new Reply.Whole(status, told, Buffer.buffer("{}")));
        };
    }

    static Fate unreachable() {
        return _ -> Future.failedFuture(new Problem(ProblemCode.UPSTREAM_UNREACHABLE, "can't be reached"));
    }

    /** Nothing is heard after it was sent; it may have been billed. */
    static Fate silent() {
        return exchange -> {
            Exchange.Attempt attempt = sent(exchange);
            attempt.cutOff = true;
            attempt.isLost = true;
            return Future.failedFuture(new Problem(ProblemCode.UPSTREAM_TIMEOUT, "did not answer in time"));
        };
    }

    /** It is sent, and ends as another one when the test lets one of {@link #underWay} end. */
    Fate later(Fate fate) {
        return exchange -> {
            sent(exchange);
            Promise<Reply> end = Promise.promise();
            underWay.add(() -> fate.of(exchange).onComplete(end));
            return end.future();
        };
    }

    // What comes of it

    /** Books all that the journal has. */
    List<JsonObject> entries() {
        await(ledger.flushAndStop());
        return List.copyOf(booked.entries.values());
    }

    /** Books what another process would find in the journal, if this one were killed now. */
    List<JsonObject> entriesAfterKill() {
        journal.close();
        try (Journal next = open(folder)) {
            await(writer(next).flushAndStop());
        }
        return List.copyOf(booked.entries.values());
    }

    @Override
    public void close() {
        journal.close();
    }

    private static void await(Future<Void> future) {
        try {
            future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Takes every entry once. */
    static final class MemoryLedger implements LedgerStore {
        final Map<String, JsonObject> entries = new LinkedHashMap<>();

        @Override
        public synchronized Future<Booked> book(List<byte[]> batch) {
            String array = "["
                    + String.join(
                            ",",
                            batch.stream().map(each -> new String(each, UTF_8)).toList()) + "]";
            for (Object each : new JsonArray(array)) {
                JsonObject entry = (JsonObject) each;
                entries.putIfAbsent(entry.getString("request_id"), entry);
            }
            return Future.succeededFuture(new Booked(batch.size(), 0, 0));
        }

        @Override
        public Future<Void> quarantine(byte[] entry, PoisonEntry why) {
            throw new AssertionError(new String(entry, UTF_8), why);
        }
    }

    /** Gives of each budget's amount what is asked for, as long as there is some. */
    final class Granting implements ShareStore {
        private final Map<Long, Long> given = new HashMap<>();
        private final Map<String, Window> windows = new LinkedHashMap<>();

        Window window(String budgetId) {
            return requireNonNull(windows.get(budgetId), budgetId);
        }

        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            return Future.succeededFuture(windows.computeIfAbsent(
                    budget.id(),
                    _ -> new Window(windows.size() + 1L, budget.id(), subject, 0, Long.MAX_VALUE, budget.measure())));
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            String budgetId = windows.values().stream()
                    .filter(window -> window.id() == windowId)
                    .findFirst()
                    .orElseThrow()
                    .budgetId();
            long amount = requireNonNull(amounts.get(budgetId), budgetId);
            long before = given.getOrDefault(windowId, 0L);
            if (before + need > amount) {
                return Future.succeededFuture(new Grant.Refused(new Standing(amount, before, 0, before)));
            }
            given.put(windowId, before + need);
            return Future.succeededFuture(new Grant.Given(need, new Standing(amount, before, 0, before + need)));
        }

        /** What was given and not spent, held or put in doubt. */
        long free(String budgetId) {
            Window window = window(budgetId);
            return requireNonNull(amounts.get(budgetId))
                    - given.getOrDefault(window.id(), 0L)
                    + budgets.free(window.id());
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            given.merge(windowId, -amount, Long::sum);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> recall(long windowId) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return Future.succeededFuture(new Beat(true, 1, List.of()));
        }
    }
}

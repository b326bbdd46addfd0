package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Far more is asked of a budget than it pays for, at once, over several processes of which one is killed: the provider
 * never serves more than the budget pays for, and nearly all of it can be used.
 */
class BudgetRaceIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String PLAIN =
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String STREAMED = with(PLAIN, "\"stream\":true");
    private static final int PAID_FOR = 400;
    private static final int ASKED = 10 * PAID_FOR;
    private static final int CONCURRENCY = 100;

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final String tag = "race-" + UUID.randomUUID();
    private final Map<String, AtomicInteger> ends = new ConcurrentHashMap<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 3})
    void the_provider_never_serves_more_than_the_budget_pays_for(int processes) throws Exception {
        List<TollgateProcess.Setup> setups = new ArrayList<>();
        for (int i = 0; i < processes; i++) {
            setups.add(TollgateProcess.setUp()
                    .over(database)
                    .asking(provider)
                    .listening(FreePort.any())
                    .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                    .with("TOLLGATE_BUDGET_LEAST_OUTPUT", "1"));
        }
        AtomicReferenceArray<TollgateProcess> running = new AtomicReferenceArray<>(processes);
        List<TollgateProcess> started = TollgateProcess.start(setups);
        for (int i = 0; i < processes; i++) {
            running.set(i, started.get(i));
        }
        try {
            Money price = priceOfOne(running.get(0));
            long amount = price.nanos() * PAID_FOR;
            TestBudget budget = TestBudget.of(database, database.addOrganization("racers"), amount);
            List<ApiClient> clients = new ArrayList<>();
            for (int i = 0; i < processes; i++) {
                clients.add(budget.clientOf(running.get(i)));
            }

            raceAndKill(clients, running, setups);

            assertThat(provider.charged(tag).nanos()).isLessThanOrEqualTo(amount);
            Await.until(
                    "the provider has ended everything",
                    () -> provider.charges().open() == 0);
            useUp(clients);
            for (int i = 0; i < processes; i++) {
                TollgateProcess each = running.get(i);
                Await.until("all is booked", () -> each.metric("tollgate_ledger_waiting") == 0);
                assertThat(each.complaints()).isEmpty();
            }
            assertBooksBalance(budget);
        } finally {
            for (int i = 0; i < processes; i++) {
                running.get(i).close();
            }
        }
    }

    private Money priceOfOne(TollgateProcess tollgate) {
        String first = "first-" + tag;
        Answer answer = tollgate.newOrganization("first").post(CHAT, PLAIN, "x-simulate-tag", first);
        assertThat(answer.status()).isEqualTo(200);
        return provider.charged(first);
    }

    private void raceAndKill(
            List<ApiClient> clients, AtomicReferenceArray<TollgateProcess> running, List<TollgateProcess.Setup> setups)
            throws Exception {
        AtomicInteger sent = new AtomicInteger();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY + 1)) {
            List<Future<?>> all = new ArrayList<>();
            all.add(threads.submit(() -> {
                Await.until("the race is on", () -> sent.get() > PAID_FOR / 4);
                running.get(0).kill();
                running.set(0, setups.getFirst().start());
            }));
            for (int i = 0; i < ASKED; i++) {
                int number = i;
                all.add(threads.submit(() -> {
                    send(clients.get(number % clients.size()), new Random(number));
                    sent.incrementAndGet();
                }));
            }
            for (Future<?> each : all) {
                each.get();
            }
        }
    }

    /** One of the many: plain, streamed, left by its client, broken by the provider. */
    private void send(ApiClient client, Random random) {
        try {
            switch (random.nextInt(6)) {
                case 0, 1 -> count(client.post(CHAT, PLAIN, "x-simulate-tag", tag));
                case 2 -> count(client.post(CHAT, STREAMED, "x-simulate-tag", tag));
                case 3 ->
                    count(client.post(
                            CHAT,
                            PLAIN,
                            "x-simulate-tag",
                            tag,
                            "x-simulate-fault",
                            random.nextBoolean() ? "status-500" : "status-429"));
                case 4 ->
                    count(client.post(CHAT, STREAMED, "x-simulate-tag", tag, "x-simulate-fault", "reset-midstream"));
                default -> leave(client);
            }
        } catch (AssertionError | UncheckedIOException e) {
            ends.computeIfAbsent("broken", _ -> new AtomicInteger()).incrementAndGet(); // killed, or broken off
        }
    }

    private void count(Answer answer) {
        String end = answer.status() == 200 ? "ok" : answer.status() + " " + answer.errorCode();
        ends.computeIfAbsent(end, _ -> new AtomicInteger()).incrementAndGet();
    }

    private void leave(ApiClient client) {
        try (RawConnection connection = RawConnection.to(client.root())) {
            connection.send(RawConnection.post(
                    CHAT,
                    client.key(),
                    STREAMED,
                    "x-simulate-words: 500",
                    "x-simulate-chunk-ms: 2",
                    "x-simulate-tag: " + tag));
            connection.readUntil("HTTP/1.1 ");
        }
    }

    /** Until the budget is exceeded, and not only busy. */
    private void useUp(List<ApiClient> clients) {
        Await.until("the budget is used up", () -> {
            boolean exceeded = true;
            for (ApiClient client : clients) {
                Answer answer = client.post(CHAT, PLAIN, "x-simulate-tag", tag);
                exceeded &= answer.status() == 429 && answer.errorCode().equals("budget_exceeded");
            }
            return exceeded;
        });
    }

    private void assertBooksBalance(TestBudget budget) {
        long amount = budget.amount();
        long settled = budget.settled();
        long doubt = budget.inDoubt();
        assertThat(budget.drift()).isEmpty();
        assertThat(settled).as("settled, by the ledger; %s", ends).isEqualTo(budget.inLedger());
        assertThat(settled + doubt).as("of %d; %s", amount, ends).isLessThanOrEqualTo(amount);
        assertThat(settled)
                .as("of %d, of which %d are in doubt; %s", amount, doubt, ends)
                .isGreaterThanOrEqualTo((amount - doubt) * 95 / 100);
        assertThat(provider.charged(tag).nanos()).isLessThanOrEqualTo(amount);
    }
}

package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.provider.simulated.SimulatedProvider;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import dev.tollgate.testkit.WrongClock;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A process stands still between holding and sending while another one spends all that it can get. When it goes on, it
 * sends what it had held for: nobody took that away, and the provider is not asked for more than the budget pays for.
 */
class PausedReplicaIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO =
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final int PAID_FOR = 40;
    private static final int HELD_BACK = 8;

    /** How many can be at the provider already: one connection for each event loop. */
    private static final int SENT_AT_MOST = 2;

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final String tag = "paused-" + UUID.randomUUID();

    @ParameterizedTest(name = "clocks are off by {0} and {1}")
    @CsvSource({"PT0S, PT0S", "PT1H, PT-1H"})
    void what_was_held_before_a_pause_is_paid_for_after_it(Duration pausedIsOff, Duration otherIsOff) throws Exception {
        try (TcpLink gate =
                        TcpLink.cutTo(URI.create(provider.baseUrl()).getPort()).mend();
                TollgateProcess other =
                        WrongClock.offBy(otherIsOff, setUp().asking(provider)).start();
                TollgateProcess paused = WrongClock.offBy(
                                pausedIsOff,
                                setUp().asking("http://127.0.0.1:" + gate.port() + "/v1", SimulatedProvider.API_KEY)
                                        .with("TOLLGATE_UPSTREAM_CONNECTIONS", "1"))
                        .start();
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            long price = priceOfOne(other);
            TestBudget budget = TestBudget.of(database, database.addOrganization("spenders"), PAID_FOR * price);
            ApiClient atOther = budget.clientOf(other);
            ApiClient atPaused = budget.clientOf(paused);
            assertThat(offsetOf(atPaused.get("/v1/models"))).isEqualTo(pausedIsOff);

            gate.hold();
            List<Future<Answer>> heldBack = new ArrayList<>();
            for (int i = 0; i < HELD_BACK; i++) {
                heldBack.add(clients.submit(() -> ask(atPaused)));
            }
            Await.until(
                    "its requests have their holds and wait for a connection",
                    () -> paused.metric("tollgate_upstream_waiting") >= HELD_BACK - SENT_AT_MOST);
            paused.pause();
            try {
                Await.until("the other gets nothing more", () -> ask(atOther).status() == 429);
                assertThat(provider.requests(tag)).isBetween(1L, (long) PAID_FOR - HELD_BACK);
                gate.letGo();
            } finally {
                paused.resume();
            }

            for (Future<Answer> each : heldBack) {
                assertThat(each.get().status()).isEqualTo(200);
            }
            assertThat(provider.charged(tag).nanos()).isLessThanOrEqualTo(budget.amount());
            for (ApiClient client : List.of(atOther, atPaused)) {
                Await.until(
                        "the budget is used up", () -> ask(client).errorCode().equals("budget_exceeded"));
            }
            for (TollgateProcess each : List.of(other, paused)) {
                Await.until("all is booked", () -> each.metric("tollgate_ledger_waiting") == 0);
                assertThat(each.complaints()).isEmpty();
            }
            assertBooksBalance(budget);
        }
    }

    private TollgateProcess.Setup setUp() {
        return TollgateProcess.setUp()
                .over(database)
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_BUDGET_LEAST_OUTPUT", "1");
    }

    private long priceOfOne(TollgateProcess tollgate) {
        String first = "first-" + tag;
        assertThat(tollgate.newOrganization("first")
                        .post(CHAT, HELLO, "x-simulate-tag", first)
                        .status())
                .isEqualTo(200);
        return provider.charged(first).nanos();
    }

    private Answer ask(ApiClient client) {
        return client.post(CHAT, HELLO, "x-simulate-tag", tag);
    }

    /** Whole hours that the process's clock is ahead of the test's, by the id that it gave a request. */
    private static Duration offsetOf(Answer answer) {
        long said = Long.parseLong(answer.requestId().substring("req_".length(), "req_".length() + 12), 16);
        return Duration.ofHours(Math.round((said - System.currentTimeMillis()) / 3_600_000.0));
    }

    private void assertBooksBalance(TestBudget budget) {
        long charged = provider.charged(tag).nanos();
        assertThat(charged).isBetween(budget.amount() * 95 / 100, budget.amount());
        assertThat(budget.settled())
                .as("each request is rounded up")
                .isBetween(charged, charged + provider.requests(tag))
                .isEqualTo(budget.inLedger())
                .isLessThanOrEqualTo(budget.amount());
        assertThat(budget.inDoubt()).isZero();
        assertThat(budget.excess()).isZero();
        assertThat(budget.drift()).isEmpty();
    }
}

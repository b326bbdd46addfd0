package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Ten requests at their worst would fill the budget, and a hundred come at once, each of which costs a small part of its
 * worst. They wait for one another or are told that the budget is busy, but it is exceeded only when it is spent.
 */
class HoldsAreNotSpendingIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO =
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":2000,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final String WORDS = "60"; // of 2,000 that are held
    private static final int AT_ONCE = 100;
    private static final int WORST_CASES = 10;

    private final TestDatabase database = TestPostgres.freshDatabase();

    @ParameterizedTest(name = "what is short: {0}")
    @ValueSource(strings = {"refuse", "fit"})
    void a_budget_is_not_exceeded_while_less_than_90_percent_is_settled(String whenShort) throws Exception {
        try (TollgateProcess tollgate = TollgateProcess.setUp()
                .over(database)
                .asking(TestProvider.get())
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_BUDGET_SHORT", whenShort)
                .start()) {
            long worstCase = worstCase(tollgate);
            TestBudget budget = TestBudget.of(database, database.addOrganization("spenders"), WORST_CASES * worstCase);
            ApiClient client = budget.clientOf(tollgate);

            List<Answer> hundred = atOnce(() -> untilAnswered(client));
            assertThat(hundred)
                    .allSatisfy(answer ->
                            assertThat(answer.status()).as(answer.text()).isEqualTo(200));

            List<Answer> refused = atOnce(() -> untilExceeded(client));
            assertThat(refused).allSatisfy(answer -> {
                JsonNode of = answer.json().at("/error/budget");
                assertThat(new BigDecimal(of.path("spent").asText()))
                        .isGreaterThanOrEqualTo(
                                new BigDecimal(of.path("limit").asText()).multiply(new BigDecimal("0.9")));
            });
            Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            assertThat(budget.settled()).isBetween(budget.amount() * 9 / 10, budget.amount());
            assertThat(budget.drift()).isEmpty();
            assertThat(tollgate.complaints()).isEmpty();
        }
    }

    /** What is held for one request, as the ledger says of one that had money enough. */
    private long worstCase(TollgateProcess tollgate) {
        TestBudget plenty = TestBudget.of(database, database.addOrganization("rich"), 1_000_000_000L);
        assertThat(ask(plenty.clientOf(tollgate)).status()).isEqualTo(200);
        Await.until("it is booked", () -> plenty.inLedger() > 0);
        return Long.parseLong(database.value("select window_holds[1] from ledger where window_holds is not null"));
    }

    private static List<Answer> atOnce(Callable<Answer> one) throws Exception {
        try (ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<Answer>> asked = new ArrayList<>();
            for (int i = 0; i < AT_ONCE; i++) {
                asked.add(clients.submit(one));
            }
            List<Answer> answers = new ArrayList<>();
            for (Future<Answer> each : asked) {
                answers.add(each.get());
            }
            return answers;
        }
    }

    /** As a client that is told to try again does. */
    private static Answer untilAnswered(ApiClient client) {
        Answer answer = ask(client);
        while (answer.status() == 429 && answer.errorCode().equals("budget_busy")) {
            answer = ask(client);
        }
        return answer;
    }

    private static Answer untilExceeded(ApiClient client) {
        Answer answer = untilAnswered(client);
        while (answer.status() == 200) {
            answer = untilAnswered(client);
        }
        assertThat(answer.errorCode()).as(answer.text()).isEqualTo("budget_exceeded");
        return answer;
    }

    private static Answer ask(ApiClient client) {
        return client.post(CHAT, HELLO, "x-simulate-words", WORDS);
    }
}

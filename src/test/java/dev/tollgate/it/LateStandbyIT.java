package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.platform.postgres.EmbeddedPostgres;
import dev.tollgate.platform.postgres.ForgetfulPostgres;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Booked;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A database fails, and a standby takes over at its address that misses its last commits, among them entries of requests
 * that were answered long ago. Replicas that run, and one that is started again, find out and book them again from their
 * journals.
 */
class LateStandbyIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO =
            "{\"model\":\"gpt-4o-mini\",\"max_tokens\":20,\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";
    private static final int PAID_FOR = 150;
    private static final int AT_A_TIME = 20;

    @TempDir
    Path folder;

    private final TestProvider provider = TestProvider.get();
    private final String tag = "standby-" + UUID.randomUUID();
    private final List<String> answered = new ArrayList<>();

    @Test
    void what_a_standby_misses_is_booked_again() throws Exception {
        EmbeddedPostgres primary = start("primary");
        TcpLink link = TcpLink.cutTo(primary.port()).mend();
        TestDatabase database =
                new TestDatabase("127.0.0.1", link.port(), "postgres", primary.user(), primary.password());
        TollgateProcess.Setup restarting = setUp(database);
        List<TollgateProcess> started = TollgateProcess.start(List.of(setUp(database), setUp(database), restarting));
        try (TollgateProcess one = started.get(0);
                TollgateProcess other = started.get(1);
                TollgateProcess killed = started.get(2);
                ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
            TestBudget budget =
                    TestBudget.of(database, database.addOrganization("spenders"), PAID_FOR * priceOfOne(one));
            ask(clients, clientsOf(budget, one, other, killed));
            awaitBooked(one, other, killed);

            link.cut();
            primary.close();
            copy("primary", "standby");
            primary = start("primary");
            link.leadTo(primary.port()).mend();
            long grantedAtCopy = budget.granted();
            ask(clients, clientsOf(budget, one, other, killed));
            awaitBooked(one, other, killed);
            long grantedSince = budget.granted() - grantedAtCopy;
            assertThat(Booked.byCaller(database).keySet()).containsExactlyInAnyOrderElementsOf(answered);

            killed.kill();
            link.cut();
            primary.close();
            try (EmbeddedPostgres standby = start("standby")) {
                assertThat(Booked.byCaller(new TestDatabase(
                                "127.0.0.1", standby.port(), "postgres", standby.user(), standby.password())))
                        .as("what the standby has")
                        .hasSize(AT_A_TIME);
                link.leadTo(standby.port()).mend();
                try (TollgateProcess restarted = restarting.start()) {
                    List<ApiClient> all = clientsOf(budget, one, other, restarted);
                    Await.until(
                            "all is booked again",
                            () -> Booked.byCaller(database).size() == answered.size());
                    ask(clients, all);
                    awaitBooked(one, other, restarted);
                    assertBooksBalance(database, budget, grantedSince);

                    for (ApiClient client : all) {
                        Await.until("the budget is used up", () -> isExceeded(client));
                    }
                    awaitBooked(one, other, restarted);
                    assertBooksBalance(database, budget, grantedSince);
                    assertThat(budget.settled()).isGreaterThanOrEqualTo(budget.amount() * 95 / 100);
                    for (TollgateProcess each : List.of(one, other, restarted)) {
                        assertThat(each.output()).contains("what the journal still has is booked again");
                    }
                }
            } finally {
                link.close();
            }
        }
    }

    private EmbeddedPostgres start(String name) {
        return ForgetfulPostgres.start(folder.resolve(name), System.err::println);
    }

    private void copy(String from, String to) throws IOException {
        int code = new ProcessBuilder(
                        "cp",
                        "-a",
                        folder.resolve(from).toString(),
                        folder.resolve(to).toString())
                .inheritIO()
                .start()
                .onExit()
                .join()
                .exitValue();
        assertThat(code).isZero();
    }

    private TollgateProcess.Setup setUp(TestDatabase database) {
        return TollgateProcess.setUp()
                .over(database)
                .asking(provider)
                .listening(FreePort.any())
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

    private static List<ApiClient> clientsOf(TestBudget budget, TollgateProcess... processes) {
        List<ApiClient> clients = new ArrayList<>();
        for (TollgateProcess each : processes) {
            clients.add(budget.clientOf(each));
        }
        return clients;
    }

    /** Has requests answered by all, in turn. */
    private void ask(ExecutorService threads, List<ApiClient> clients) throws Exception {
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < AT_A_TIME; i++) {
            ApiClient client = clients.get(i % clients.size());
            String id = tag + "-" + answered.size();
            answered.add(id);
            asked.add(threads.submit(() -> client.post(CHAT, HELLO, "x-simulate-tag", tag, "x-client-request-id", id)));
        }
        for (Future<Answer> each : asked) {
            assertThat(each.get().status()).as(each.get().text()).isEqualTo(200);
        }
    }

    private boolean isExceeded(ApiClient client) {
        Answer answer = client.post(CHAT, HELLO, "x-simulate-tag", tag);
        return answer.status() == 429 && answer.errorCode().equals("budget_exceeded");
    }

    private static void awaitBooked(TollgateProcess... processes) {
        for (TollgateProcess each : processes) {
            Await.until("all is booked", () -> each.metric("tollgate_ledger_waiting") == 0);
        }
    }

    private void assertBooksBalance(TestDatabase database, TestBudget budget, long grantedSince) {
        Map<String, Booked> booked = Booked.byCaller(database);
        assertThat(booked.keySet()).containsAll(answered);
        assertThat(booked.values()).allSatisfy(entry -> assertThat(entry.rows()).isEqualTo(1));
        assertThat(Booked.sums(database)).isEqualTo(Booked.ledgerSums(database));
        assertThat(budget.drift()).isEmpty();
        long charged = provider.charged(tag).nanos();
        assertThat(budget.settled())
                .as("each request is rounded up")
                .isBetween(charged, charged + provider.requests(tag))
                .isEqualTo(budget.inLedger());
        assertThat(budget.excess()).isLessThanOrEqualTo(grantedSince);
        assertThat(charged).isLessThanOrEqualTo(budget.amount() + budget.excess());
    }
}

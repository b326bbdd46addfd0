package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TestRedis;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestReporter;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Two processes over one Redis: what is limited is limited for both together, and Redis may fail. */
class RedisReplicasIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String HELLO = with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":5");

    /** A day's requests: none of them comes back while a test runs. */
    private static final int A_DAY = 30;

    private static final int AT_ONCE = 20;

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TestRedis REDIS = TestRedis.started();
    private static List<TollgateProcess> processes;
    private static List<ApiClient> plenty;

    /** What can become of a Redis, and how it comes back. */
    private enum Outage {
        STOPPED(TestRedis::stop, TestRedis::start),
        FROZEN(TestRedis::pause, TestRedis::resume);

        private final Consumer<TestRedis> begin;
        private final Consumer<TestRedis> end;

        Outage(Consumer<TestRedis> begin, Consumer<TestRedis> end) {
            this.begin = begin;
            this.end = end;
        }
    }

    @BeforeAll
    static void start() throws Exception {
        processes = TollgateProcess.start(List.of(setUp(), setUp()));
        plenty = limited("plenty", "\"kind\":\"requests\",\"amount\":1000000,\"period\":\"day\"");
        slowestUntil(/* local= */ 0);
    }

    private static TollgateProcess.Setup setUp() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(TestProvider.get())
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("QUARKUS_REDIS_HOSTS", REDIS.url())
                .with("TOLLGATE_REDIS_PATIENCE", "5s"); // so that a slow machine decides nothing
    }

    @AfterAll
    static void stop() {
        processes.forEach(TollgateProcess::close);
        REDIS.close();
    }

    @Test
    void a_rate_holds_over_both_together() {
        assertThat(admittedOf(limited("requests", "\"kind\":\"requests\",\"amount\":" + A_DAY + ",\"period\":\"day\"")))
                .isEqualTo(A_DAY);
    }

    @Test
    void slots_are_counted_over_both_together_and_come_back_to_either() {
        List<ApiClient> clients = limited("slots", "\"kind\":\"concurrency\",\"amount\":2");
        ApiClient one = clients.getFirst();
        ApiClient other = clients.getLast();
        try (RawConnection atOne = stream(one)) {
            try (RawConnection atOther = stream(other)) {
                assertThat(one.post(CHAT, HELLO).errorCode()).isEqualTo("concurrency_exceeded");
                assertThat(other.post(CHAT, HELLO).errorCode()).isEqualTo("concurrency_exceeded");
            }
            Await.until("a slot is back", () -> one.post(CHAT, HELLO).status() == 200);
        }
    }

    @ParameterizedTest
    @EnumSource(Outage.class)
    void requests_go_on_while_Redis_fails_and_share_again_when_it_is_back(Outage outage, TestReporter reporter)
            throws Exception {
        outage.begin.accept(REDIS);
        try {
            reporter.publishEntry("slowest request until rates were local, ms", slowestUntil(/* local= */ 1));
            List<ApiClient> few =
                    limited("few " + outage, "\"kind\":\"requests\",\"amount\":" + A_DAY + ",\"period\":\"day\"");
            assertThat(admittedOf(few)).as("shares of it that follow demand").isBetween(1, 2 * A_DAY);
            for (TollgateProcess each : processes) {
                assertThat(each.administration().get("/health/ready").status()).isEqualTo(200);
                assertThat(each.administration().get("/health/live").status()).isEqualTo(200);
            }
        } finally {
            outage.end.accept(REDIS);
        }
        slowestUntil(/* local= */ 0);
        assertThat(admittedOf(limited(
                        "again " + outage, "\"kind\":\"requests\",\"amount\":" + A_DAY + ",\"period\":\"day\"")))
                .isEqualTo(A_DAY);
    }

    /** An organization with one limit, and a client of each process, which knows it. */
    private static List<ApiClient> limited(String name, String limit) {
        ApiKey key = DATABASE.addOrganization(name);
        String organization = DATABASE.value("select id from organization where name = '" + name + "'");
        Answer made = processes
                .getFirst()
                .administration()
                .post(
                        "/admin/v1/limits",
                        "{\"name\":\"a limit\",\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + organization
                                + "\"}," + limit + "}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        String id = made.json().path("id").asText();
        List<ApiClient> clients = new ArrayList<>();
        for (TollgateProcess each : processes) {
            ApiClient client = new ApiClient(each.root(), key.reveal());
            Await.until(
                    "the limit is known", () -> client.get("/v1/limits").text().contains(id));
            clients.add(client);
        }
        return clients;
    }

    /** How many requests in all are admitted until both refuse. */
    private static int admittedOf(List<ApiClient> clients) {
        int admitted = 0;
        int refused = 0;
        while (refused < clients.size()) {
            refused = 0;
            for (ApiClient client : clients) {
                Answer answer = client.post(CHAT, HELLO);
                if (answer.status() == 200) {
                    admitted++;
                } else {
                    assertThat(answer.errorCode()).as(answer.text()).isEqualTo("rate_limit_exceeded");
                    refused++;
                }
            }
        }
        return admitted;
    }

    /** Asks both until neither asks Redis any more, or both do again; every request is answered meanwhile. */
    private static String slowestUntil(int local) throws Exception {
        long slowest = 0;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            while (processes.stream().anyMatch(each -> each.metric("tollgate_rates_local") != local)) {
                List<Future<Long>> asked = new ArrayList<>();
                for (int i = 0; i < AT_ONCE; i++) {
                    ApiClient client = plenty.get(i % plenty.size());
                    asked.add(threads.submit(() -> nanosOf(client)));
                }
                for (Future<Long> each : asked) {
                    slowest = Math.max(slowest, each.get());
                }
            }
        }
        return Long.toString(slowest / 1_000_000);
    }

    private static long nanosOf(ApiClient client) {
        long start = System.nanoTime();
        assertThat(client.post(CHAT, HELLO).status()).isEqualTo(200);
        return System.nanoTime() - start;
    }

    private static RawConnection stream(ApiClient client) {
        return RawConnection.to(client.root())
                .send(RawConnection.post(
                        CHAT,
                        client.key(),
                        with(chat("gpt-4o-mini", "Hello"), "\"stream\":true"),
                        "x-simulate-words: 100000",
                        "x-simulate-chunk-ms: 20"))
                .readUntil("\"content\":");
    }
}

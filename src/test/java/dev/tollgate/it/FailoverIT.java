package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.provider.simulated.Charges;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.TestBudget;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/**
 * Providers that die, break off, fall silent, throttle and return, under load: every request is served that can be, and
 * what was billed is booked, once for each attempt.
 */
class FailoverIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int REQUESTS = 240;
    private static final int CONCURRENCY = 12;
    private static final String SPARE = "gpt-5-nano";

    private final TestDatabase database = TestPostgres.freshDatabase();
    private final TestProvider provider = TestProvider.get();
    private final TollgateProcess.Setup setup = TollgateProcess.setUp()
            .over(database)
            .asking(provider)
            .with("TOLLGATE_ACCOUNT_OWNER", "platform")
            .with("TOLLGATE_FIRST_BYTE_TIMEOUT", "1s");

    /** A first candidate, and what is wrong with it. */
    private enum Trouble {
        DEAD("gpt-4o-mini", "status-503"),
        THROTTLED("gpt-4.1-nano", "status-429"),
        RESET("gpt-4.1-mini", "reset"),
        BROKEN("gpt-4o", "truncate"),
        SILENT("o3-mini", "stall");

        private final String model;
        private final String fault;

        Trouble(String model, String fault) {
            this.model = model;
            this.fault = fault;
        }

        String route() {
            return "with-" + fault;
        }
    }

    /** A request, and what came back. */
    private record Asked(Trouble trouble, String tag, Answer answer) {}

    private static void put(ApiClient admin, String route, String candidates) {
        Answer answer = admin.send(admin.request("/admin/v1/routes/" + route)
                .header("content-type", "application/json")
                .method("PUT", BodyPublishers.ofString("{\"candidates\":[" + candidates + "]}")));
        assertThat(answer.status()).as(answer.toString()).isEqualTo(200);
    }

    private static JsonNode entries(ApiClient admin, Answer answer) {
        return admin.get("/admin/v1/ledger/" + answer.requestId()).json().path("data");
    }

    @Test
    void every_request_is_served_and_every_attempt_that_was_billed_is_booked_once() throws Exception {
        try (TollgateProcess tollgate = setup.start()) {
            ApiClient admin = tollgate.administration();
            for (Trouble trouble : Trouble.values()) {
                put(
                        admin,
                        trouble.route(),
                        "{\"model\":" + quote(trouble.model) + "},{\"model\":" + quote(SPARE) + "}");
            }
            TestBudget budget = TestBudget.of(database, database.addOrganization("load"), 1_000_000_000_000L);
            ApiClient client = budget.clientOf(tollgate);

            List<Asked> all = ask(client);

            assertThat(all)
                    .allSatisfy(asked -> assertThat(asked.answer.status())
                            .as(asked.toString())
                            .isEqualTo(200));
            Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            int lost = 0;
            for (Asked asked : all) {
                lost += assertBookedOnce(admin, asked);
            }
            assertThat(lost).as("attempts that may have been billed").isPositive();
            assertThat(budget.drift()).isEmpty();
            assertThat(budget.settled()).isEqualTo(budget.inLedger());
            assertThat(budget.inDoubt()).isPositive();
            assertThat(tollgate.complaints()).isEmpty();
            Await.until(
                    "the provider that was dead serves again",
                    () -> Trouble.DEAD.model.equals(client.post(CHAT, chat(Trouble.DEAD.route(), "Well?"))
                            .header("x-tollgate-model")));
        }
    }

    private List<Asked> ask(ApiClient client) throws Exception {
        Random random = new Random(1);
        List<Asked> all = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY)) {
            List<Future<Asked>> sent = new ArrayList<>();
            for (int i = 0; i < REQUESTS; i++) {
                Trouble trouble = Trouble.values()[random.nextInt(Trouble.values().length)];
                String tag = "failover-" + UUID.randomUUID();
                sent.add(threads.submit(() -> new Asked(
                        trouble,
                        tag,
                        client.post(
                                CHAT,
                                chat(trouble.route(), "Hello"),
                                "x-simulate-tag",
                                tag,
                                "x-simulate-fault",
                                trouble.fault,
                                "x-simulate-fault-model",
                                trouble.model))));
            }
            for (Future<Asked> each : sent) {
                all.add(each.get());
            }
        }
        return all;
    }

    /** Answers how many attempts were booked by themselves. */
    private int assertBookedOnce(ApiClient admin, Asked asked) {
        JsonNode entries = entries(admin, asked.answer);
        int requests = 0;
        int attempts = 0;
        for (JsonNode entry : entries) {
            if (entry.path("kind").asText().equals("request")) {
                requests++;
                assertThat(entry.path("outcome").asText()).isEqualTo("ok");
                assertThat(Money.dollars(entry.path("charge").asText()))
                        .as(asked.toString())
                        .isEqualTo(charged(asked.tag, entry.path("model_sent").asText()));
            } else {
                attempts++;
                assertThat(entry.path("kind").asText()).isEqualTo("attempt");
                assertThat(entry.path("charge").asText()).isEqualTo("0");
                assertThat(entry.path("flags").asText()).contains("in_doubt");
                assertThat(Money.dollars(entry.path("provider_cost").asText()).nanos())
                        .isPositive();
            }
        }
        assertThat(requests).isEqualTo(1);
        if (asked.trouble == Trouble.BROKEN) {
            assertThat(provider.requests(asked.tag)).isEqualTo(requests + attempts);
        }
        return attempts;
    }

    /** What the provider counted for one model. */
    private Money charged(String tag, String model) {
        Money sum = Money.ZERO;
        for (Charges.Line line : provider.charges().lines()) {
            if (line.tag().equals(tag) && line.model().equals(model)) {
                sum = sum.plus(TestProvider.price(model)
                        .costRoundedUp(line.usage(), ServiceTier.STANDARD)
                        .money());
            }
        }
        return sum;
    }

    @Test
    void a_process_that_is_killed_between_two_attempts_has_booked_both_once_when_it_is_back() {
        try (FakeUpstream first = FakeUpstream.start();
                FakeUpstream second = FakeUpstream.start()) {
            setup.asking(first.baseUrl(), "openai-key")
                    .with("TOLLGATE_FIRST_BYTE_TIMEOUT", "60s")
                    .with("MISTRAL_BASE_URL", second.baseUrl())
                    .with("MISTRAL_API_KEY", "mistral-key");
            first.answering((_, wire) -> wire.close());
            second.answering((_, _) -> {}); // it never answers
            TestBudget budget;
            try (TollgateProcess tollgate = setup.start();
                    ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor()) {
                put(
                        tollgate.administration(),
                        "bot",
                        "{\"model\":\"gpt-4o-mini\",\"provider\":\"openai\"},"
                                + "{\"model\":\"mistral-small-latest\",\"provider\":\"mistral\"}");
                budget = TestBudget.of(database, database.addOrganization("crash"), 1_000_000_000_000L);
                ApiClient client = budget.clientOf(tollgate);
                Future<?> asking = clients.submit(() -> client.post(CHAT, streamedChat("bot", "Hello")));
                Await.until(
                        "the second attempt is under way",
                        () -> second.received().size() == 1);
                tollgate.kill();
                assertThat(asking).failsWithin(Duration.ofSeconds(30));
            }
            try (TollgateProcess tollgate = setup.start()) {
                Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
                List<String> booked = tollgate.ledger().all().stream()
                        .filter(entry -> !entry.outcome().equals("local"))
                        .map(entry -> entry.text("kind") + " " + entry.text("account_id") + " " + entry.outcome())
                        .toList();
                assertThat(booked).containsExactlyInAnyOrder("attempt openai cut_off", "request mistral interrupted");
                assertThat(budget.drift()).isEmpty();
                assertThat(database.value("select count(*) from doubt where state = 'held'"))
                        .isEqualTo("2");
            }
        }
    }
}

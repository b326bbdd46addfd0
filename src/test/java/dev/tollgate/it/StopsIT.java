package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.with;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A stop that comes while requests wait: none of them goes out any more, and all that they held is free again. */
class StopsIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String ANSWER = """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,
            "message":{"role":"assistant","content":"Hello"},"finish_reason":"stop"}],
            "usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}""";

    /** Holds six tenths of a thousandth of a dollar, and some millionths for its text. */
    private static final String ASK = with(chat("gpt-4o-mini", "Hello"), "\"max_tokens\":1000");

    private static final AtomicInteger ORGANIZATIONS = new AtomicInteger();
    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final TollgateProcess TOLLGATE = process();
    private static final ApiClient ADMIN = TOLLGATE.administration();
    private static final ExecutorService CALLERS = Executors.newVirtualThreadPerTaskExecutor();

    /** Until it is open the provider doesn't answer. */
    private CountDownLatch gate = new CountDownLatch(1);

    private ApiClient app = TOLLGATE.api();
    private String organization = "";

    private static TollgateProcess process() {
        return TollgateProcess.setUp()
                .over(DATABASE)
                .asking(PROVIDER.baseUrl(), "key-of-the-provider")
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .with("TOLLGATE_BUDGET_PATIENCE", "60s")
                .with("TOLLGATE_UPSTREAM_CONNECTIONS", "1")
                .start();
    }

    @BeforeEach
    void a_new_organization_and_a_provider_that_takes_its_time() {
        String name = "stops " + ORGANIZATIONS.incrementAndGet();
        app = TOLLGATE.newOrganization(name);
        organization = DATABASE.value("select id from organization where name = '" + name + "'");
        takeTime();
    }

    @AfterAll
    static void the_books_balance() {
        assertThat(DATABASE.value("select count(*) from budget_drift()")).isEqualTo("0");
        CALLERS.close();
        TOLLGATE.close();
        PROVIDER.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void what_waits_for_a_share_of_a_budget_does_not_go_out() {
        rule("budgets", "\"amount\":\"0.001\",\"period\":\"total\"");
        Future<Answer> first = asks("first");
        Await.until("the first is with the provider", () -> PROVIDER.received().size() == 1);
        Future<Answer> second = asks("second");
        Await.until("the second waits for what the first holds", () -> underWay() == 2);

        String stop = stop("platform", "");
        gate.countDown();

        assertThat(answer(first).status()).as("it was under way").isEqualTo(200);
        isStopped(answer(second), stop);
        assertThat(PROVIDER.received()).hasSize(1);
        Ledger.Entry entry = TOLLGATE.ledger().ofCaller("second-" + organization);
        assertThat(entry.outcome()).isEqualTo("refused");
        assertThat(entry.charge().nanos()).isZero();

        lift(stop);
        assertThat(answer(asks("third")).status())
                .as("there would be too little left if the second still held something")
                .isEqualTo(200);
        assertThat(TOLLGATE.ledger().ofCaller("third-" + organization).outcome())
                .isEqualTo("ok");
    }

    /** A request waits for a slot for half a second, which the stop may miss; then once more. */
    @Test
    void what_waits_for_a_slot_does_not_go_out() {
        rule("limits", "\"kind\":\"concurrency\",\"amount\":1");
        Answer answer;
        do {
            takeTime();
            Future<Answer> first = asks("first");
            Await.until("the first has the slot", () -> PROVIDER.received().size() == 1);
            Future<Answer> second = asks("second");
            Await.until("the second waits for it", () -> second.isDone() || underWay() == 2);
            String stop = stop("organization", organization);
            gate.countDown();
            assertThat(answer(first).status()).isEqualTo(200);
            answer = answer(second);
            assertThat(PROVIDER.received()).hasSize(1);
            lift(stop);
        } while (answer.errorCode().equals("concurrency_exceeded"));
        assertThat(answer.errorCode()).isEqualTo("spend_stopped");

        Await.until("the slot is back", () -> answer(asks("third")).status() == 200);
    }

    @Test
    void what_waits_for_a_connection_to_the_provider_does_not_go_out() {
        List<Future<Answer>> asked = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            asked.add(asks("asked"));
        }
        Await.until(
                "those that have no connection wait",
                () -> PROVIDER.received().size() + TOLLGATE.metric("tollgate_upstream_waiting") == 6);
        int sent = PROVIDER.received().size();
        assertThat(sent).as("one connection for each event loop").isLessThan(6);

        String stop = stop("account", "openai");
        gate.countDown();

        List<Answer> answers = asked.stream().map(StopsIT::answer).toList();
        assertThat(answers.stream().filter(answer -> answer.status() == 200)).hasSize(sent);
        answers.stream().filter(answer -> answer.status() != 200).forEach(answer -> isStopped(answer, stop));
        assertThat(PROVIDER.received()).hasSize(sent);
        lift(stop);
    }

    @Test
    void what_is_stopped_before_its_body_is_there_does_not_go_out() {
        String request = RawConnection.post(CHAT, app.key(), ASK);
        int half = request.length() - ASK.length() / 2;
        try (RawConnection connection = RawConnection.to(app.root())) {
            connection.send(request.substring(0, half));
            Await.until("it waits for the rest", () -> underWay() == 1);
            String stop = stop("key", keyId());
            connection.send(request.substring(half)).readUntil(stop);
            assertThat(PROVIDER.received()).isEmpty();
            lift(stop);
        }
    }

    /** That it happens is what is asserted; how fast is measured and printed. */
    @Test
    void a_stop_is_in_force_in_another_process_within_a_second() {
        gate.countDown();
        try (TollgateProcess other = process()) {
            ApiClient elsewhere = new ApiClient(other.root(), app.key());
            long worst = 0;
            for (int i = 0; i < 20; i++) {
                String stop = stop("organization", organization);
                long stopped = System.nanoTime();
                assertThat(app.post(CHAT, ASK).errorCode())
                        .as("at once where it was made")
                        .isEqualTo("spend_stopped");
                Await.until(
                        "the other process has heard of it",
                        () -> elsewhere.post(CHAT, ASK).status() == 403);
                worst = Math.max(worst, System.nanoTime() - stopped);
                lift(stop);
                Await.until(
                        "and that it was lifted",
                        () -> elsewhere.post(CHAT, ASK).status() == 200);
            }
            System.out.println(
                    "Of 20 stops the slowest was in force in the other process after " + worst / 1_000_000 + " ms");
        }
    }

    private void takeTime() {
        CountDownLatch opened = new CountDownLatch(1);
        gate = opened;
        PROVIDER.answering((_, wire) -> {
            try {
                opened.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            wire.write(FakeUpstream.json(200, ANSWER));
        });
    }

    private Future<Answer> asks(String who) {
        return CALLERS.submit(() -> app.post(CHAT, ASK, "x-client-request-id", who + "-" + organization));
    }

    private static Answer answer(Future<Answer> asked) {
        try {
            return asked.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new AssertionError(e);
        }
    }

    private static double underWay() {
        return TOLLGATE.metric("tollgate_requests_in_flight");
    }

    private void rule(String kind, String members) {
        Answer made = ADMIN.post(
                "/admin/v1/" + kind,
                "{\"name\":\"a rule\",\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + organization + "\"},"
                        + members + "}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
    }

    private static String stop(String owner, String ownerId) {
        Answer made = ADMIN.post(
                "/admin/v1/stops",
                "{\"owner\":\"" + owner + "\",\"owner_id\":\"" + ownerId + "\",\"reason\":\"an emergency\"}");
        assertThat(made.status()).as(made.text()).isEqualTo(201);
        return made.json().path("id").asText();
    }

    private static void lift(String stop) {
        assertThat(ADMIN.post("/admin/v1/stops/" + stop + "/lift", "{}").status())
                .isLessThan(300);
    }

    private static void isStopped(Answer answer, String stop) {
        assertThat(answer.status()).as(answer.text()).isEqualTo(403);
        assertThat(answer.errorCode()).isEqualTo("spend_stopped");
        assertThat(answer.text()).contains(stop, "an emergency");
    }

    private String keyId() {
        return DATABASE.value("select 'key_' || public_id from api_key where organization_id = '" + organization + "'");
    }
}

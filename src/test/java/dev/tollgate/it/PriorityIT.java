package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Who goes first where there is not room for all: what an organization has set for the feature. */
class PriorityIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final String ANSWER = FakeUpstream.json(200, """
            {"id":"chatcmpl-1","object":"chat.completion","created":1,"model":"gpt-4o-mini","choices":[{"index":0,
            "message":{"role":"assistant","content":"Hello","refusal":null},"logprobs":null,"finish_reason":"stop"}],
            "usage":{"prompt_tokens":9,"completion_tokens":1,"total_tokens":10}}""");

    @Test
    void who_waits_for_a_slot_is_served_by_priority_and_not_in_order() throws Exception {
        TestDatabase database = TestPostgres.freshDatabase();
        CountDownLatch mayEnd = new CountDownLatch(1);
        try (FakeUpstream provider = FakeUpstream.start();
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .over(database)
                        .asking(provider.baseUrl(), "key-of-the-provider")
                        .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                        .with("TOLLGATE_SLOT_PATIENCE", "10m")
                        .start();
                ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            provider.answering((request, wire) -> {
                if (request.text().contains("first")) {
                    await(mayEnd);
                }
                wire.write(ANSWER);
            });
            ApiClient app = tollgate.newOrganization("crowded");
            ApiClient admin = tollgate.administration();
            String organization = database.value("select id from organization where name = 'crowded'");
            set(admin, organization, "batch", 1);
            set(admin, organization, "chat", 9);
            Answer limit = admin.post(
                    "/admin/v1/limits",
                    "{\"name\":\"one at a time\",\"kind\":\"concurrency\",\"amount\":1,"
                            + "\"scope\":{\"owner\":\"organization\",\"owner_id\":\"" + organization + "\"}}");
            assertThat(limit.status()).as(limit.text()).isEqualTo(201);

            Future<Answer> first = callers.submit(() -> ask(app, "batch", "first"));
            Await.until("it runs", () -> asked(provider).contains("first"));
            Future<Answer> low = callers.submit(() -> ask(app, "batch", "low"));
            Await.until("one waits", () -> tollgate.metric("tollgate_requests_waiting") == 1);
            Future<Answer> high = callers.submit(() -> ask(app, "chat", "high"));
            Await.until("two wait", () -> tollgate.metric("tollgate_requests_waiting") == 2);
            mayEnd.countDown();

            for (Future<Answer> each : List.of(first, low, high)) {
                assertThat(each.get().status()).isEqualTo(200);
            }
            assertThat(asked(provider)).containsExactly("first", "high", "low");
            assertThat(tollgate.metric("tollgate_requests_waiting")).isZero();
        }
    }

    /** What the provider was asked, in its order; it is asked for its models, too. */
    private static List<String> asked(FakeUpstream provider) {
        return provider.received().stream()
                .filter(request -> request.method().equals("POST"))
                .map(request ->
                        Json.parse(request.text()).at("/messages/0/content").asText())
                .toList();
    }

    private static Answer ask(ApiClient app, String feature, String text) {
        return app.post(CHAT, chat("gpt-4o-mini", text), "x-tollgate-feature", feature);
    }

    private static void set(ApiClient admin, String organization, String feature, int priority) {
        Answer changed = admin.send(admin.request("/admin/v1/settings/" + feature + "?organization_id=" + organization)
                .header("Content-Type", "application/json")
                .method("PATCH", BodyPublishers.ofString("{\"priority\":" + priority + "}")));
        assertThat(changed.status()).as(changed.text()).isEqualTo(200);
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}

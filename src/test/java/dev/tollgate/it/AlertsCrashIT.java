package dev.tollgate.it;

import static dev.tollgate.testkit.Json.quote;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.FakeUpstream;
import dev.tollgate.testkit.FakeUpstream.Received;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An alert whose sender is killed between sending and storing is sent again, by another replica, under the same id. */
class AlertsCrashIT {
    private final TestDatabase database = TestPostgres.freshDatabase();

    @Test
    void what_a_killed_process_had_under_way_arrives_all_the_same() {
        try (FakeUpstream receiver = FakeUpstream.start()) {
            receiver.answering((_, _) -> {}); // has it, and says nothing
            TollgateProcess first = replica();
            String url = "http://" + receiver.authority() + "/hook";
            Answer made = first.administration()
                    .post(
                            "/admin/v1/alert-channels",
                            "{\"name\":\"x\",\"type\":\"webhook\",\"url\":%s}".formatted(quote(url)));
            assertThat(made.status()).as(made.toString()).isEqualTo(201);
            assertThat(database.value("select raise_alert('budget.threshold', 'k', null, '{}')"))
                    .isEqualTo("t");
            Await.until("it is under way", () -> !receiver.received().isEmpty());
            Received sent = receiver.only();
            first.kill();

            receiver.answering(FakeUpstream.json(200, "{}"));
            try (TollgateProcess second = replica()) {
                assertThat(database.value("select state || ' ' || (due_at > now()) from alert_delivery"))
                        .as("it is the killed one's until its lease ends")
                        .isEqualTo("waiting true");
                assertThat(receiver.received()).isEmpty();
                database.execute("update alert_delivery set due_at = now()"); // as if two minutes had passed
                Await.until("it was sent again", () -> !receiver.received().isEmpty());
                assertThat(receiver.only().header("webhook-id")).isEqualTo(sent.header("webhook-id"));
                Await.until(
                        "it is delivered",
                        () -> database.value("select state from alert_delivery").equals("delivered"));
                String id = database.value("select id from alert_delivery");
                JsonNode log = second.administration()
                        .get("/admin/v1/alert-deliveries/" + id)
                        .json()
                        .path("log");
                assertThat(log.findValuesAsText("delivered")).isEqualTo(List.of("true", "null"));
            }
        }
    }

    private TollgateProcess replica() {
        return TollgateProcess.setUp()
                .over(database)
                .asking(TestProvider.get())
                .with("TOLLGATE_TRUSTED_NETWORKS", "127.0.0.1/32")
                .start();
    }
}

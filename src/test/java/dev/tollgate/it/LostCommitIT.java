package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Booked;
import dev.tollgate.testkit.LossyLink;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** The database has committed a batch, and the connection breaks before Tollgate hears of it. */
class LostCommitIT {
    private static final String CHAT = "/v1/chat/completions";

    /** How every batch begins that is on its way to the database. */
    private static final String BATCH = "[{\"request_id\":";

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();

    @Test
    void batches_whose_answer_got_lost_are_booked_once() {
        loses(50, new Random(20_261_121));
    }

    @Test
    @Tag("long")
    void a_thousand_batches_whose_answers_got_lost_are_booked_once() {
        loses(1_000, new Random(20_261_122));
    }

    private void loses(int times, Random random) {
        String run = UUID.randomUUID().toString();
        List<String> ids = new ArrayList<>();
        try (LossyLink link = LossyLink.to(database.port(), BATCH, () -> random.nextInt(3) > 0);
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .over(database.over(link))
                        .asking(provider)
                        .with("TOLLGATE_LEDGER_INTERVAL", "10ms")
                        .start()) {
            while (link.lost() < times) {
                String id = run + "-" + ids.size();
                ids.add(id);
                Answer answer = tollgate.api()
                        .post(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-tag", run, "x-client-request-id", id);
                assertThat(answer.status()).isEqualTo(200);
            }
            Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            assertThat(link.passed()).isPositive();
        }

        Map<String, Booked> entries = Booked.byCaller(database);
        assertThat(entries.keySet()).containsExactlyInAnyOrderElementsOf(ids);
        long charge = provider.charged(run).nanos() / provider.requests(run); // all ask the same
        assertThat(entries.values()).allSatisfy(entry -> {
            assertThat(entry.rows()).isEqualTo(1);
            assertThat(entry.charge().nanos()).isEqualTo(charge);
        });
        assertThat(Booked.sums(database)).isEqualTo(Booked.ledgerSums(database));
    }
}

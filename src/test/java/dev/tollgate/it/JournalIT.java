package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Booked;
import dev.tollgate.testkit.TcpLink;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Entries wait in the journal for a database that is away: up to its bound, over a stop, over a start. */
class JournalIT {
    private static final String CHAT = "/v1/chat/completions";

    /** The least for two processors. */
    private static final long BYTES_MAX = 32 << 20;

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final Set<String> answered = new HashSet<>();

    /** All ask the same, so that all cost the same; the provider counts them together. */
    private final String run = "journal-" + UUID.randomUUID();

    @Test
    void a_long_absence_fills_the_journal_up_to_its_bound_and_then_everything_is_booked() throws Exception {
        try (TcpLink link = TcpLink.cutTo(database.port()).mend();
                TollgateProcess tollgate = TollgateProcess.setUp()
                        .over(database.over(link))
                        .asking(provider)
                        .with("TOLLGATE_JOURNAL_BYTES_MAX", Long.toString(BYTES_MAX))
                        .start()) {
            link.cut();
            Answer refused = fill(tollgate);

            assertThat(refused.errorCode()).isEqualTo("ledger_full");
            assertThat(tollgate.metric("tollgate_journal_bytes")).isLessThanOrEqualTo(BYTES_MAX);
            assertThat(tollgate.metric("tollgate_journal_full")).isEqualTo(1);
            assertThat(tollgate.output()).contains("The journal has reached its bound");

            link.mend();
            Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            Await.until("there is room", () -> tollgate.metric("tollgate_journal_full") == 0);
            assertThat(ask(tollgate, "after", "").status()).isEqualTo(200);
            Await.until("it is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            answered.add("after");
            assertBooked();
        }
    }

    @Test
    void a_stop_without_the_database_leaves_the_entries_to_the_next_start() throws Exception {
        TollgateProcess.Setup setup = TollgateProcess.setUp().asking(provider);
        List<String> tags = new ArrayList<>();
        try (TcpLink link = TcpLink.cutTo(database.port()).mend();
                TollgateProcess tollgate = setup.over(database.over(link)).start()) {
            link.cut();
            for (int i = 0; i < 20; i++) {
                String tag = "stopped-" + UUID.randomUUID();
                tags.add(tag);
                assertThat(ask(tollgate, tag, "").status()).isEqualTo(200);
            }
            tollgate.stop();
            assertThat(tollgate.output()).contains("20 ledger entries could not be written; they are in the journal");
            assertThat(Booked.byCaller(database)).isEmpty();
        }

        try (TollgateProcess tollgate = setup.over(database).start()) {
            Await.until(
                    "all is booked", () -> Booked.byCaller(database).keySet().containsAll(tags));
            assertThat(tollgate.output()).contains("An earlier run left 20 entries");
            assertThat(tollgate.metric("tollgate_journal_replayed_total")).isEqualTo(20);
            tollgate.stop();
            assertThat(tollgate.complaints()).isEmpty();
        }

        try (TollgateProcess tollgate = setup.start()) {
            assertThat(tollgate.metric("tollgate_journal_replayed_total")).isZero();
            assertThat(tollgate.output()).doesNotContain("An earlier run left");
        }
        answered.addAll(tags);
        assertBooked();
    }

    @Test
    void a_folder_that_another_tollgate_uses_is_refused(@TempDir Path folder) {
        TollgateProcess.Setup first =
                TollgateProcess.setUp().over(database).asking(provider).with("TOLLGATE_JOURNAL", folder.toString());
        TollgateProcess.Setup second = TollgateProcess.setUp()
                .over(TestPostgres.freshDatabase())
                .asking(provider)
                .with("TOLLGATE_JOURNAL", folder.toString());
        try (TollgateProcess running = first.start()) {
            TollgateProcess refused = second.launch();

            assertThat(refused.awaitExit()).isEqualTo(1);
            assertThat(refused.output()).contains("tollgate: The journal " + folder + " is in use by another Tollgate");
            assertThat(ask(running, "still", "").status()).isEqualTo(200);
        }
    }

    @Test
    void a_stop_in_order_leaves_nothing_to_replay(@TempDir Path folder) throws IOException {
        TollgateProcess.Setup setup =
                TollgateProcess.setUp().over(database).asking(provider).with("TOLLGATE_JOURNAL", folder.toString());
        try (TollgateProcess tollgate = setup.start()) {
            ask(tollgate, "only", "");
            tollgate.stop();
            assertThat(tollgate.complaints()).isEmpty();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.filter(file -> file.toString().endsWith(".journal")))
                    .as("the one that has the entry, and none that was only ready")
                    .hasSize(1);
        }
    }

    /** Asks until it is refused; answers the refusal. Large entries fill the journal in fewer requests. */
    private Answer fill(TollgateProcess tollgate) throws Exception {
        String filling = IntStream.range(0, 10)
                .mapToObj(i -> "tag" + i + "=" + "x".repeat(250))
                .collect(Collectors.joining(","));
        try (ExecutorService clients = Executors.newFixedThreadPool(8)) {
            List<Future<Answer>> refusals = new ArrayList<>();
            for (int client = 0; client < 8; client++) {
                refusals.add(clients.submit(() -> {
                    while (true) {
                        String tag = "filling-" + UUID.randomUUID();
                        Answer answer = ask(tollgate, tag, filling);
                        if (answer.status() != 200) {
                            return answer;
                        }
                        synchronized (answered) {
                            answered.add(tag);
                        }
                    }
                }));
            }
            for (Future<Answer> refusal : refusals) {
                assertThat(refusal.get().status()).isEqualTo(503);
            }
            return refusals.getFirst().get();
        }
    }

    private Answer ask(TollgateProcess tollgate, String id, String tags) {
        return tollgate.api()
                .post(
                        CHAT,
                        chat("gpt-4o-mini", "Hello"),
                        "x-simulate-tag",
                        run,
                        "x-client-request-id",
                        id,
                        "x-tollgate-tags",
                        tags);
    }

    private void assertBooked() {
        Map<String, Booked> entries = Booked.byCaller(database);
        assertThat(entries.keySet()).containsAll(answered);
        assertThat(provider.requests(run)).isEqualTo(entries.size());
        long charge = provider.charged(run).nanos() / entries.size();
        assertThat(entries.values()).allSatisfy(entry -> {
            assertThat(entry.rows()).isEqualTo(1);
            assertThat(entry.charge().nanos()).isEqualTo(charge);
        });
    }
}

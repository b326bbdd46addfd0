package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.response;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.streamedChatWithUsage;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Booked;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Tollgate is killed, again and again, and its ledger has what the provider counted: nothing lost, nothing doubled. */
class JournalCrashIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int CONCURRENCY = 16;
    private static final int KILLS = 3;
    private static final int REQUESTS_BETWEEN_KILLS = 500;

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();
    private final int port = FreePort.any();
    private final TollgateProcess.Setup setup = TollgateProcess.setUp()
            .listening(port)
            .over(database)
            .asking(provider)
            .with("TOLLGATE_ACCOUNT_OWNER", "first");

    private static final List<Ask> MIXTURE = List.of(
            new Ask(CHAT, chat("gpt-4o-mini", "Hello")),
            new Ask(CHAT, chat("gpt-5-nano", "Think first")),
            new Ask(CHAT, chat("gpt-4o-mini", "Slowly"), "x-simulate-latency-ms", "40"),
            new Ask(CHAT, streamedChat("gpt-4o", "Hello")),
            new Ask(CHAT, streamedChatWithUsage("o3-mini", "Think and stream")),
            new Ask(
                    CHAT,
                    streamedChat("gpt-4o-mini", "At length"),
                    "x-simulate-words",
                    "60",
                    "x-simulate-chunk-ms",
                    "2"),
            new Ask("/v1/responses", response("gpt-4.1-nano", "Hello")),
            new Ask("/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":[\"one\",\"two\"]}"),
            new Ask("/v1/moderations", "{\"input\":\"Hello\"}"),
            new Ask(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-fault", "status-500"),
            new Ask(CHAT, streamedChat("gpt-4o-mini", "Hello"), "x-simulate-fault", "reset-midstream"),
            new Ask(CHAT, streamedChat("gpt-4o-mini", "Hello"), "x-simulate-fault", "no-usage"));

    /** A request of the mixture. */
    private record Ask(String path, String body, String... headers) {
        boolean isCountedExactly() {
            return headers.length == 0
                    || !List.of("reset-midstream", "no-usage").contains(headers[1]);
        }

        Answer send(ApiClient api, String tag) {
            String[] all = List.of(headers).toArray(new String[headers.length + 4]);
            all[headers.length] = "x-simulate-tag";
            all[headers.length + 1] = tag;
            all[headers.length + 2] = "x-client-request-id";
            all[headers.length + 3] = tag;
            return api.post(path, body, all);
        }
    }

    @Test
    void nothing_is_lost_and_nothing_is_doubled_however_often_it_is_killed() throws InterruptedException {
        String run = UUID.randomUUID().toString();
        Map<String, Ask> asked = new ConcurrentHashMap<>();
        Map<String, Answer> answered = new ConcurrentHashMap<>();
        AtomicInteger count = new AtomicInteger();
        for (int kill = 0; kill < KILLS; kill++) {
            try (TollgateProcess tollgate = setup.start();
                    ExecutorService clients = Executors.newFixedThreadPool(CONCURRENCY)) {
                ApiClient api = tollgate.api();
                int until = count.get() + REQUESTS_BETWEEN_KILLS;
                for (int client = 0; client < CONCURRENCY; client++) {
                    clients.execute(() -> {
                        while (tollgate.isAlive()) {
                            int number = count.incrementAndGet();
                            String tag = run + "-" + number;
                            Ask ask = MIXTURE.get(new Random(number).nextInt(MIXTURE.size()));
                            asked.put(tag, ask);
                            try {
                                answered.put(tag, ask.send(api, tag));
                            } catch (AssertionError e) {
                                // killed meanwhile, or a stream that the provider broke off
                            }
                        }
                    });
                }
                Await.until("requests are answered", () -> count.get() >= until);
                tollgate.kill();
            }
        }

        int interrupted = 0;
        try (TollgateProcess tollgate = setup.start()) {
            Await.until(
                    "the provider has ended everything",
                    () -> provider.charges().open() == 0);
            Await.until("all is booked", () -> tollgate.metric("tollgate_ledger_waiting") == 0);
            assertThat(tollgate.output()).contains("An earlier run left");
            assertThat(tollgate.complaints()).isEmpty();
            Map<String, Booked> entries = Booked.byCaller(database);
            for (Map.Entry<String, Ask> each : asked.entrySet()) {
                interrupted += check(each.getKey(), each.getValue(), answered.get(each.getKey()), entries);
            }
            // An entry that nobody asked for would be a double.
            assertThat(asked.keySet()).containsAll(entries.keySet());
            assertThat(Booked.sums(database)).isEqualTo(Booked.ledgerSums(database));
            assertThat(tollgate.metric("tollgate_journal_interrupted_total")).isPositive();
        }
        assertThat(interrupted).as("requests under way at the kills").isBetween(KILLS, KILLS * CONCURRENCY);
        assertThat(answered).hasSizeGreaterThan(KILLS * REQUESTS_BETWEEN_KILLS / 2);
    }

    /** Holds one request's entry against the provider's count; answers 1 where it was interrupted. */
    private int check(String tag, Ask ask, @Nullable Answer answer, Map<String, Booked> entries) {
        Booked entry = entries.get(tag);
        Money charged = provider.charged(tag);
        if (entry == null) {
            assertThat(charged).as("%s is not booked, so it costs nothing", tag).isEqualTo(Money.ZERO);
            assertThat(answer).as("%s was answered", tag).isNull();
            return 0;
        }
        assertThat(entry.rows()).as("entries of %s", tag).isEqualTo(1);
        if (entry.outcome().equals("interrupted")) {
            assertThat(answer).as("%s was answered", tag).isNull();
            assertThat(entry.output())
                    .as("output of %s", tag)
                    .isLessThanOrEqualTo(provider.billed(tag).outputTokens());
            return 1;
        }
        if (ask.isCountedExactly()) {
            assertThat(entry.charge()).as("%s: %s", tag, entry).isEqualTo(charged);
        }
        return 0;
    }

    /** What is booked of a stream is what had come a second before the kill, at least, and never more than was sent. */
    @Test
    void a_stream_is_booked_with_what_had_come() throws InterruptedException {
        String tag = "killed-" + UUID.randomUUID();
        try (TollgateProcess tollgate = setup.start();
                RawConnection connection = RawConnection.to(tollgate.root())) {
            connection.send(RawConnection.post(
                    CHAT,
                    tollgate.key(),
                    streamedChat("gpt-4o-mini", "Hello"),
                    "x-simulate-words: 100000",
                    "x-simulate-chunk-ms: 20",
                    "x-simulate-tag: " + tag,
                    "x-client-request-id: " + tag));
            for (int word = 0; word < 250; word++) { // five seconds
                connection.readUntil("\"content\":");
            }
            tollgate.kill();
        }

        try (TollgateProcess tollgate = setup.start()) {
            Await.until("it is booked", () -> Booked.byCaller(database).containsKey(tag));
            Booked entry = requireNonNull(Booked.byCaller(database).get(tag));
            Await.until("the provider has noticed", () -> provider.charges().open() == 0);

            assertThat(entry.rows()).isEqualTo(1);
            assertThat(entry.outcome()).isEqualTo("interrupted");
            assertThat(entry.estimated()).isTrue();
            assertThat(entry.output()).isBetween(100L, provider.billed(tag).outputTokens());
            assertThat(entry.charge().nanos())
                    .isBetween(1L, provider.charged(tag).nanos());
            assertThat(tollgate.output()).contains("1 requests under way");
        }
    }
}

package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.streamedChatWithUsage;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.provider.simulated.Charges;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.ApiClient;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Booked;
import dev.tollgate.testkit.RawConnection;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TestProvider;
import dev.tollgate.testkit.TollgateProcess;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Thousands of requests of every kind at once, over several keys and models, add up to what the provider counted. */
class MixedTrafficIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int REQUESTS = 3_000;
    private static final int CONCURRENCY = 64;
    private static final int ORGANIZATIONS = 4;
    private static final List<String> MODELS = List.of("gpt-4o-mini", "gpt-5-nano", "gpt-4.1", "o3-mini");

    private final TestProvider provider = TestProvider.get();
    private final TestDatabase database = TestPostgres.freshDatabase();

    /** How a request is made, and whether the provider's report of its usage reaches Tollgate. */
    private enum Kind {
        WHOLE(true),
        STREAM(true),
        STREAM_WITH_USAGE(true),
        FAULT_AND_RETRY(true),
        REFUSED_BY_PROVIDER(true),
        NO_USAGE(false),
        BROKEN_OFF(false),
        LEFT_BY_CLIENT(false);

        final boolean exact;

        Kind(boolean exact) {
            this.exact = exact;
        }
    }

    /** A request: over which key, for which model, of which kind. Its tag is known to both sides. */
    private record Ask(String tag, ApiClient api, String model, Kind kind) {
        /** Sends it; answers how many requests that took. */
        int send() {
            switch (kind) {
                case WHOLE -> post(chat(model, "Hello"));
                case STREAM -> post(streamedChat(model, "Hello"));
                case STREAM_WITH_USAGE -> post(streamedChatWithUsage(model, "Hello"));
                case REFUSED_BY_PROVIDER -> post(chat(model, "Hello"), "x-simulate-fault", "status-429");
                case NO_USAGE -> post(streamedChat(model, "Hello"), "x-simulate-fault", "no-usage");
                case BROKEN_OFF -> post(streamedChat(model, "Hello"), "x-simulate-fault", "reset-midstream");
                case LEFT_BY_CLIENT -> leave();
                case FAULT_AND_RETRY -> {
                    post(chat(model, "Hello"), "x-simulate-fault", "status-500");
                    post(chat(model, "Hello"));
                    return 2;
                }
            }
            return 1;
        }

        private Answer post(String body, String... headers) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.addAll(List.of("x-simulate-tag", tag, "x-client-request-id", tag));
            return api.post(CHAT, body, all.toArray(String[]::new));
        }

        private void leave() {
            try (RawConnection connection = RawConnection.to(api.root())) {
                connection
                        .send(RawConnection.post(
                                CHAT,
                                api.key(),
                                streamedChat(model, "Hello"),
                                "x-simulate-words: 5000",
                                "x-simulate-chunk-ms: 2",
                                "x-simulate-tag: " + tag,
                                "x-client-request-id: " + tag))
                        .readUntil("\"fox \"");
            }
        }
    }

    @Test
    void the_ledger_equals_the_providers_count_per_key_and_model() throws Exception {
        try (TollgateProcess tollgate = TollgateProcess.setUp()
                .over(database)
                .asking(provider)
                .with("TOLLGATE_ACCOUNT_OWNER", "platform")
                .start()) {
            List<Ask> asks = asks(tollgate);

            int sent = sendAll(asks);

            Await.until(
                    "the provider has ended everything",
                    () -> provider.charges().open() == 0);
            Await.until("all is booked", () -> count() == sent);
            assertThat(booked(exact(asks))).isEqualTo(charged(exact(asks)));
            assertEstimatesAreNoMoreThanWasSent(asks);
            assertThat(Booked.sums(database)).isEqualTo(Booked.ledgerSums(database));
            assertThat(tollgate.complaints()).isEmpty();
        }
    }

    private static List<Ask> asks(TollgateProcess tollgate) {
        List<ApiClient> clients = new ArrayList<>();
        for (int i = 0; i < ORGANIZATIONS; i++) {
            clients.add(tollgate.newOrganization("organization " + i));
        }
        Random random = new Random(42);
        List<Ask> asks = new ArrayList<>();
        for (int i = 0; i < REQUESTS; i++) {
            asks.add(new Ask(
                    "mixed-" + i,
                    clients.get(random.nextInt(clients.size())),
                    MODELS.get(random.nextInt(MODELS.size())),
                    Kind.values()[random.nextInt(Kind.values().length)]));
        }
        return asks;
    }

    private static int sendAll(List<Ask> asks) throws Exception {
        int sent = 0;
        try (ExecutorService clients = Executors.newFixedThreadPool(CONCURRENCY)) {
            List<Future<Integer>> results = new ArrayList<>();
            for (Ask ask : asks) {
                results.add(clients.submit(() -> {
                    try {
                        return ask.send();
                    } catch (AssertionError e) { // the client of a stream that breaks off says so
                        assertThat(ask.kind).as(e.getMessage()).isEqualTo(Kind.BROKEN_OFF);
                        return 1;
                    }
                }));
            }
            for (Future<Integer> result : results) {
                sent += result.get();
            }
        }
        return sent;
    }

    private static Map<String, Ask> exact(List<Ask> asks) {
        Map<String, Ask> exact = new HashMap<>();
        asks.stream().filter(ask -> ask.kind.exact).forEach(ask -> exact.put(ask.tag, ask));
        return exact;
    }

    /** What the provider charged, by key and model. */
    private Map<String, Money> charged(Map<String, Ask> asks) {
        Map<String, Money> sums = new TreeMap<>();
        for (Charges.Line line : provider.charges().lines()) {
            Ask ask = asks.get(line.tag());
            if (ask != null) {
                Money cost = TestProvider.price(line.model())
                        .costRoundedUp(line.usage(), ServiceTier.STANDARD)
                        .money();
                sums.merge(publicId(ask.api.key()) + " " + ask.model, cost, Money::plus);
            }
        }
        return sums;
    }

    /** What Tollgate booked, by key and model. */
    private Map<String, Money> booked(Map<String, Ask> asks) throws SQLException {
        Map<String, Money> sums = new TreeMap<>();
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select caller_request_id, key_id, model_asked, charge, estimated from ledger"
                                + " where outcome <> 'upstream_error'")) {
            while (rows.next()) {
                if (asks.containsKey(rows.getString(1))) {
                    assertThat(rows.getBoolean(5)).as(rows.getString(1)).isFalse();
                    String group = rows.getString(2).substring("key_".length()) + " " + rows.getString(3);
                    sums.merge(group, new Money(rows.getLong(4)), Money::plus);
                }
            }
        }
        return sums;
    }

    private void assertEstimatesAreNoMoreThanWasSent(List<Ask> asks) {
        Map<String, Booked> booked = Booked.byCaller(database);
        Map<String, Long> output = new HashMap<>();
        provider.charges()
                .lines()
                .forEach(line -> output.merge(line.tag(), line.usage().outputTokens(), Long::sum));
        for (Ask ask : asks) {
            if (!ask.kind.exact) {
                Booked entry = requireNonNull(booked.get(ask.tag), ask.tag);
                assertThat(entry.estimated()).as("%s", entry).isTrue();
                assertThat(entry.output())
                        .as("%s of a %s", entry, ask.kind)
                        .isLessThanOrEqualTo(output.getOrDefault(ask.tag, 0L));
            }
        }
    }

    private long count() {
        return Long.parseLong(database.value("select count(*) from ledger where caller_request_id like 'mixed-%'"));
    }

    private static String publicId(String key) {
        return key.substring("sk-tg-".length(), "sk-tg-".length() + 12);
    }
}

package dev.tollgate.it;

import static dev.tollgate.pricing.ServiceTier.FLEX;
import static dev.tollgate.pricing.ServiceTier.PRIORITY;
import static dev.tollgate.testkit.Bodies.chat;
import static dev.tollgate.testkit.Bodies.response;
import static dev.tollgate.testkit.Bodies.streamedChat;
import static dev.tollgate.testkit.Bodies.streamedChatWithUsage;
import static dev.tollgate.testkit.Bodies.with;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Json;
import dev.tollgate.testkit.Ledger;
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
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** One identified request, one entry, at exactly what the provider charged. */
class LedgerIT {
    private static final String CHAT = "/v1/chat/completions";
    private static final int CONCURRENCY = 32;

    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();

    private static final TollgateProcess TOLLGATE = TollgateProcess.setUp()
            .over(DATABASE)
            .asking(TestProvider.get())
            .with("TOLLGATE_ACCOUNT_OWNER", "first")
            .start();

    /** Longer than a prompt must be to be cached, so that some of its requests cost less than others. */
    private static final String LONG = "A long prompt that comes again and again. ".repeat(150);

    private static final List<Ask> MIXTURE = List.of(
            Ask.of(CHAT, chat("gpt-4o-mini", "Hello")),
            Ask.of(CHAT, chat("gpt-5-nano", "Think first")),
            Ask.of(CHAT, chat("gpt-4.1", LONG)),
            Ask.of(CHAT, with(chat("gpt-4o", "Three at once"), "\"n\":3")),
            Ask.of(CHAT, streamedChat("gpt-4o", "Hello")),
            Ask.of(CHAT, streamedChat("gpt-4.1-mini", LONG)),
            Ask.of(CHAT, streamedChatWithUsage("o3-mini", "Think and stream")),
            Ask.of(CHAT, streamedChat("gpt-4o-mini", "At length"), "x-simulate-words", "300"),
            Ask.of(CHAT, with(chat("gpt-5", "No hurry"), "\"service_tier\":\"flex\""))
                    .servedAs(FLEX),
            Ask.of(CHAT, chat("gpt-5-mini", "Quick"), "x-simulate-service-tier", "priority")
                    .servedAs(PRIORITY),
            Ask.of("/v1/responses", response("gpt-4.1-nano", "Hello")),
            Ask.of("/v1/responses", with(response("gpt-5", "Hello"), "\"stream\":true")),
            Ask.of("/v1/completions", "{\"model\":\"gpt-3.5-turbo-instruct\",\"prompt\":\"Once\"}"),
            Ask.of("/v1/embeddings", "{\"model\":\"text-embedding-3-small\",\"input\":[\"one\",\"two\"]}"),
            Ask.of("/v1/moderations", "{\"input\":\"Hello\"}"),
            Ask.of("/v1/images/generations", "{\"model\":\"gpt-image-1\",\"prompt\":\"A toll gate\"}"),
            Ask.of("/v1/audio/speech", "{\"model\":\"tts-1\",\"voice\":\"alloy\",\"input\":\"Hello, Tollgate!\"}"),
            Ask.of(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-fault", "status-500"),
            Ask.of(CHAT, streamedChat("gpt-4o-mini", "Hello"), "x-simulate-fault", "status-429"));

    private final TestProvider provider = TestProvider.get();

    /** A request of the mixture. */
    private record Ask(String path, String body, ServiceTier tier, String... headers) {
        static Ask of(String path, String body, String... headers) {
            return new Ask(path, body, ServiceTier.STANDARD, headers);
        }

        Ask servedAs(ServiceTier other) {
            return new Ask(path, body, other, headers);
        }

        Answer send(String tag) {
            List<String> all = new ArrayList<>(List.of(headers));
            all.addAll(List.of("x-simulate-tag", tag, "x-client-request-id", tag));
            return TOLLGATE.api().post(path, body, all.toArray(String[]::new));
        }
    }

    @AfterAll
    static void nothing_was_complained_about() {
        TOLLGATE.close();
        assertThat(TOLLGATE.complaints()).isEmpty();
    }

    @Test
    void hundreds_of_requests_at_once_are_booked_to_the_nanodollar() throws Exception {
        int requests = 20 * MIXTURE.size();
        Money before = spent();
        double dollarsBefore = TOLLGATE.metric("tollgate_cost_dollars_total");
        String run = UUID.randomUUID().toString();

        List<Answer> answers = together(requests, i -> ask(i).send(run + "-" + i));

        Map<String, Ledger.Entry> entries = entriesOf(answers);
        Money charged = Money.ZERO;
        for (int i = 0; i < requests; i++) {
            Ledger.Entry entry = requireNonNull(entries.get(answers.get(i).requestId()));
            Money expected = provider.charged(run + "-" + i, ask(i).tier());
            assertThat(entry.charge()).as("%s of %s", ask(i), entry).isEqualTo(expected);
            assertThat(entry.text("caller_request_id")).isEqualTo(run + "-" + i);
            assertThat(entry.outcome()).isEqualTo(answers.get(i).status() < 400 ? "ok" : "upstream_error");
            assertThat(entry.estimated()).isFalse();
            charged = charged.plus(expected);
        }
        assertThat(charged.nanos()).isPositive();
        assertThat(spent().minus(before)).isEqualTo(charged);
        assertThat(TOLLGATE.metric("tollgate_cost_dollars_total") - dollarsBefore)
                .isCloseTo(charged.nanos() / 1e9, within(1e-9));
    }

    @Test
    void a_whole_answer_says_what_it_costs() {
        Answer answer = Ask.of(CHAT, chat("gpt-5", "Hello")).send("whole");

        assertThat(answer.header("x-tollgate-cost"))
                .isEqualTo(provider.charged("whole").toDollars());
        assertThat(answer.header("x-tollgate-model")).isEqualTo("gpt-5");
        assertThat(answer.header("x-tollgate-provider")).isEqualTo("openai");
        assertThat(Double.parseDouble(answer.header("x-tollgate-overhead-ms"))).isPositive();
        assertThat(TOLLGATE.ledger().entry(answer).text("upstream_request_id"))
                .isEqualTo(answer.header("x-tollgate-upstream-request-id"))
                .startsWith("req_");
    }

    /** Beyond a bound an answer is not held until it is complete, but its usage is read all the same. */
    @Test
    void an_answer_of_megabytes_is_booked_exactly() {
        Answer answer = Ask.of("/v1/embeddings", largeEmbedding(300)).send("large");

        assertThat(answer.body().length).isGreaterThan(1 << 20);
        assertThat(answer.json().path("data")).hasSize(300);
        Ledger.Entry entry = TOLLGATE.ledger().entry(answer);
        assertThat(entry.charge()).isEqualTo(provider.charged("large"));
        assertThat(entry.estimated()).isFalse();
    }

    @Test
    void an_answer_of_megabytes_costs_the_same_when_its_client_leaves_in_the_middle() {
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            connection
                    .send(RawConnection.post(
                            "/v1/embeddings",
                            TOLLGATE.key(),
                            largeEmbedding(2_000), // more than fits between the two
                            "x-simulate-tag: left",
                            "x-client-request-id: left"))
                    .readUntil("\"index\":7,");
        }

        assertLeftAndBookedExactly("left");
    }

    @Test
    void an_answer_of_megabytes_costs_the_same_when_its_client_did_not_wait_for_it() {
        try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
            connection.send(RawConnection.post(
                    "/v1/embeddings",
                    TOLLGATE.key(),
                    largeEmbedding(300),
                    "x-simulate-latency-ms: 500",
                    "x-simulate-tag: not-waited",
                    "x-client-request-id: not-waited"));
            Await.until("the provider works", () -> provider.charges().open() == 1);
        }

        assertLeftAndBookedExactly("not-waited");
    }

    private void assertLeftAndBookedExactly(String tag) {
        Ledger.Entry entry = TOLLGATE.ledger().ofCaller(tag);
        assertThat(entry.outcome()).isEqualTo("cancelled");
        assertThat(entry.charge()).isEqualTo(provider.charged(tag));
        assertThat(entry.estimated()).isFalse();
    }

    /** What came by is counted, which is at least what the client read and at most what the provider sent. */
    @Test
    void streams_that_their_clients_leave_are_booked_for_what_came_by() throws Exception {
        String run = UUID.randomUUID().toString();
        together(CONCURRENCY, i -> {
            try (RawConnection connection = RawConnection.to(TOLLGATE.root())) {
                return connection
                        .send(RawConnection.post(
                                CHAT,
                                TOLLGATE.key(),
                                streamedChat("gpt-4o-mini", "Hello"),
                                "x-simulate-words: 20000",
                                "x-simulate-chunk-ms: 5",
                                "x-simulate-tag: " + run + "-" + i,
                                "x-client-request-id: " + run))
                        .readUntil("\"fox \"");
            }
        });

        List<Ledger.Entry> entries = TOLLGATE.ledger().ofCaller(run, CONCURRENCY);
        Await.until("the provider knows", () -> provider.charges().open() == 0);
        assertThat(entries).allMatch(entry -> entry.outcome().equals("cancelled"));
        assertThat(entries).allMatch(Ledger.Entry::estimated);
        assertThat(entries).allMatch(entry -> entry.count("output") >= 7);
        long booked = entries.stream().mapToLong(entry -> entry.count("output")).sum();
        long billed = IntStream.range(0, CONCURRENCY)
                .mapToLong(i -> provider.billed(run + "-" + i).outputTokens())
                .sum();
        assertThat(booked).isLessThanOrEqualTo(billed);
    }

    @Test
    void an_entry_says_for_what_and_for_whom_a_request_was_made() {
        Answer answer = Ask.of(
                        CHAT,
                        with(chat("gpt-5", "No hurry"), "\"service_tier\":\"flex\",\"user\":\"alice@example.com\""),
                        "x-tollgate-feature",
                        "pdf_analysis",
                        "x-tollgate-tags",
                        "team=search,env=prod,malformed")
                .send("labels");

        JsonNode entry = TOLLGATE.ledger().entry(answer).json();
        assertThat(entry.path("kind").asText()).isEqualTo("request");
        assertThat(entry.path("purpose").asText()).isEqualTo("serve");
        assertThat(entry.path("feature").asText()).isEqualTo("pdf_analysis");
        assertThat(entry.path("tags")).isEqualTo(Json.parse("{\"team\":\"search\",\"env\":\"prod\"}"));
        assertThat(entry.path("flags").asText()).isEqualTo("dropped_tags");
        assertThat(entry.path("service_tier_asked").asText()).isEqualTo("flex");
        assertThat(entry.path("baseline_cost")).isEqualTo(entry.path("charge"));
        assertThat(entry.at("/raw_usage/prompt_tokens").asLong())
                .isPositive()
                .isEqualTo(entry.path("input_tokens").asLong());
        assertThat(entry.path("attempts")).hasSize(1);
        assertThat(entry.at("/attempts/0/account_id").asText()).isEqualTo("openai");
        assertThat(entry.at("/attempts/0/outcome").asText()).isEqualTo("ok");
        assertThat(entry.at("/attempts/0/status").asInt()).isEqualTo(200);
        assertThat(entry.path("accounting_period").asText()).endsWith("-01");

        String endUser = entry.path("end_user").asText();
        assertThat(endUser).matches("[0-9a-f]{32}");
        assertThat(entry.toString()).doesNotContain("alice");
        Await.until("the database knows who it is", () -> endUser(endUser).equals("alice@example.com"));
        assertThat(row("""
                select sum(requests) || ' ' || sum(charge) from usage_quarter_hour where feature = 'pdf_analysis'""")).isEqualTo("1 " + provider.charged("labels", FLEX).nanos());
    }

    @Test
    void a_header_names_the_end_user_over_the_body_and_the_same_one_has_the_same_hash() {
        String inBody = with(chat("gpt-4o-mini", "Hello"), "\"safety_identifier\":\"bob\"");
        String another = with(chat("gpt-4o-mini", "Hello"), "\"user\":\"eve\"");
        Answer ofBody = Ask.of(CHAT, inBody).send("bob");
        Answer ofHeader = Ask.of(CHAT, another, "x-tollgate-user", "bob").send("bob");
        assertThat(TOLLGATE.ledger().entry(ofHeader).text("end_user"))
                .isEqualTo(TOLLGATE.ledger().entry(ofBody).text("end_user"))
                .isNotEmpty();
    }

    @Test
    void an_error_of_the_provider_is_kept_by_kind_and_code_without_its_words() {
        Answer answer = Ask.of(CHAT, chat("gpt-4o-mini", "Hello"), "x-simulate-fault", "status-429")
                .send("kind");
        assertThat(answer.text()).contains("Rate limit reached");

        JsonNode entry = TOLLGATE.ledger().entry(answer).json();
        assertThat(entry.path("error_class").asText()).isEqualTo("rate_limit_error");
        assertThat(entry.path("error_code").asText()).isEqualTo("rate_limit_exceeded");
        assertThat(entry.at("/attempts/0/outcome").asText()).isEqualTo("upstream_error");
        assertThat(entry.toString()).doesNotContain("Rate limit reached");
    }

    @Test
    void a_flood_of_refusals_is_a_few_entries_that_count_them() throws Exception {
        together(300, _ -> TOLLGATE.api().post(CHAT, "{}", "x-client-request-id", "flood"));
        Await.until("all refusals are counted", () -> number("""
                select coalesce(sum(merged_count), 0) from ledger where caller_request_id = 'flood'""") == 300);
        assertThat(number("select count(*) from ledger where caller_request_id = 'flood'"))
                .isLessThan(300);
    }

    private static String endUser(String hash) {
        return row("select coalesce(min(id), '') from end_user where hash = '" + hash + "'");
    }

    private static long number(String sql) {
        return Long.parseLong(row(sql));
    }

    private static String row(String sql) {
        try (Connection connection = DATABASE.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getString(1);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    @Test
    void a_key_reads_its_own_spend() {
        JsonNode before = usage("");
        Ask.of(CHAT, chat("gpt-4o-2024-08-06", "Hello")).send("spend");
        TOLLGATE.ledger().ofCaller("spend");
        JsonNode after = usage("");

        assertThat(after.path("requests").asLong() - before.path("requests").asLong())
                .isPositive();
        assertThat(after.path("currency").asText()).isEqualTo("USD");
        assertThat(after.path("models"))
                .filteredOn(line -> line.path("model").asText().equals("gpt-4o-2024-08-06"))
                .singleElement()
                .isEqualTo(Json.parse("""
                        {"requests": 1, "input_tokens": 5, "cached_input_tokens": 0, "output_tokens": 17,
                         "charge": "%s", "model": "gpt-4o-2024-08-06"}
                        """.formatted(provider.charged("spend").toDollars())));
    }

    @Test
    void a_spend_of_another_time_is_nothing() {
        JsonNode usage = usage("?from=2020-01-01T00:00:00Z&to=2020-02-01T00:00:00Z");

        assertThat(usage.path("requests").asLong()).isZero();
        assertThat(usage.path("charge").asText()).isEqualTo("0");
        assertThat(usage.path("from").asText()).isEqualTo("2020-01-01T00:00:00Z");
    }

    @Test
    void a_time_that_is_none_is_refused() {
        Answer answer = TOLLGATE.api().get("/v1/usage?from=yesterday");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.json().at("/error/param").asText()).isEqualTo("from");
        assertThat(answer.json().at("/error/message").asText()).contains("yesterday", "2026-11-01T00:00:00Z");
    }

    @Test
    void the_ledger_is_read_in_pages_by_whoever_has_the_token() {
        for (int i = 0; i < 3; i++) {
            Ask.of("/v1/moderations", "{\"input\":\"Hello\"}").send("page");
        }
        List<Ledger.Entry> newest = TOLLGATE.ledger().ofCaller("page", 3);

        JsonNode first =
                TOLLGATE.administration().get("/admin/v1/ledger?limit=2").json();
        JsonNode second = TOLLGATE.administration()
                .get("/admin/v1/ledger?limit=2&cursor="
                        + first.path("next_cursor").asText())
                .json();
        assertThat(first.path("data")).hasSize(2);
        assertThat(second.at("/data/0/request_id").asText())
                .isEqualTo(newest.get(2).requestId());
        assertThat(TOLLGATE.administration().get("/admin/v1/ledger?limit=0").status())
                .isEqualTo(400);
        assertThat(TOLLGATE.api().get("/admin/v1/ledger").status()).isEqualTo(401);
    }

    /** A request whose answer is larger than what is held until it is complete. */
    private static String largeEmbedding(int texts) {
        String inputs =
                IntStream.range(0, texts).mapToObj(i -> "\"text " + i + "\"").collect(Collectors.joining(","));
        return "{\"model\":\"text-embedding-3-large\",\"input\":[" + inputs + "]}";
    }

    private static Ask ask(int i) {
        return MIXTURE.get(i % MIXTURE.size());
    }

    /** Does something so many times, some of it at the same time, and collects what came out, in order. */
    private static <T> List<T> together(int times, Function<Integer, T> action) throws Exception {
        try (ExecutorService threads = Executors.newFixedThreadPool(CONCURRENCY)) {
            List<Future<T>> futures = new ArrayList<>();
            for (int i = 0; i < times; i++) {
                int index = i;
                futures.add(threads.submit(() -> action.apply(index)));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get());
            }
            return results;
        }
    }

    /** The entries of these answers by their request's id; fails unless each has exactly one. */
    private static Map<String, Ledger.Entry> entriesOf(List<Answer> answers) {
        List<String> ids = answers.stream().map(Answer::requestId).toList();
        assertThat(ids).doesNotHaveDuplicates();
        Await.until("all are booked", () -> TOLLGATE.metric("tollgate_ledger_waiting") == 0);
        List<Ledger.Entry> entries = TOLLGATE.ledger().all().stream()
                .filter(entry -> ids.contains(entry.requestId()))
                .toList();
        assertThat(entries).hasSize(ids.size());
        return entries.stream().collect(Collectors.toMap(Ledger.Entry::requestId, Function.identity()));
    }

    private static Money spent() {
        return Money.dollars(usage("").path("charge").asText());
    }

    private static JsonNode usage(String query) {
        return TOLLGATE.api().get("/v1/usage" + query).json();
    }
}

package dev.tollgate.ledger.pg;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.EndUsers.EndUser;
import dev.tollgate.ledger.EntryJson;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerStore.Booked;
import dev.tollgate.ledger.LedgerStore.CommitsLost;
import dev.tollgate.ledger.LedgerStore.PoisonEntry;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.ledger.journal.CommitMark;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.journal.JournalSettings;
import dev.tollgate.ledger.journal.Lane;
import dev.tollgate.testkit.Await;
import dev.tollgate.testkit.Entries;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What booking means, held against a real PostgreSQL. The ledger of these tests begins with the year 2026. */
class PgLedgerIT {
    private static final Vertx VERTX = Vertx.vertx();
    private static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");

    private final TestDatabase database = TestPostgres.freshDatabase();
    private final Pool pool = PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(6))
            .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                    .setUser(database.user())
                    .setPassword(database.password()))
            .using(VERTX)
            .build();
    private final PgLedger ledger = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()));

    @BeforeEach
    void a_ledger_since_2026() {
        execute("update ledger_range set floor = '2026-01-01Z'");
        execute("select make_ledger_partitions('2026-01-01Z', 5)");
    }

    @AfterEach
    void close() {
        await(pool.close());
    }

    @AfterAll
    static void closeVertx() {
        await(VERTX.close());
    }

    @Test
    void an_entry_has_all_that_was_said_and_the_defaults_of_what_was_not() {
        LedgerEntry full = Entries.full(NOON, 1);
        LedgerEntry plain = Entries.at(NOON, 5);
        assertThat(book(full, plain)).isEqualTo(new Booked(2, 0, 0));

        JsonObject said = new JsonObject(new String(EntryJson.bytes(full), UTF_8));
        JsonObject stored = row(full);
        said.forEach(member ->
                assertThat(stored.getValue(member.getKey())).as(member.getKey()).isEqualTo(member.getValue()));
        assertThat(row(plain).getString("kind")).isEqualTo("request");
        assertThat(row(plain).getString("purpose")).isEqualTo("serve");
        assertThat(row(plain).getString("currency")).isEqualTo("USD");
        assertThat(row(plain).getInteger("merged_count")).isEqualTo(1);
        assertThat(row(plain).getString("booked_at")).isNotNull();
    }

    @Test
    void a_batch_that_comes_twice_changes_nothing() {
        LedgerEntry[] batch = IntStream.rangeClosed(1, 50)
                .mapToObj(n -> Entries.costing(NOON, n, Outcome.OK))
                .toArray(LedgerEntry[]::new);
        assertThat(book(batch)).isEqualTo(new Booked(50, 0, 0));
        String before = sums();
        assertThat(book(batch)).isEqualTo(new Booked(0, 0, 0));
        assertThat(sums()).isEqualTo(before);
        assertSumsAreThoseOfTheEntries();
    }

    @Test
    void a_database_that_has_lost_commits_books_nothing_until_that_is_known() {
        UUID journal = UUID.randomUUID();
        CommitMark commits = CommitMark.inMemory();
        PgLedger watching = new PgLedger(pool, new PgReplica(pool, journal), commits);
        List<byte[]> first = List.of(EntryJson.bytes(Entries.at(NOON, 1)));
        List<byte[]> second = List.of(EntryJson.bytes(Entries.at(NOON, 2)));
        await(watching.book(first));
        await(watching.book(first));
        assertThat(commits.last()).isEqualTo(2);
        await(watching.verify());

        execute("update journal_mark set number = 1 where journal_id = '" + journal + "'");

        assertThatThrownBy(() -> await(watching.verify())).hasCauseInstanceOf(CommitsLost.class);
        assertThatThrownBy(() -> await(watching.book(second))).hasCauseInstanceOf(CommitsLost.class);
        assertThat(database.value("select count(*) from ledger")).isEqualTo("1");
        commits.last(1); // everything is about to be booked again
        assertThat(await(watching.book(second))).isEqualTo(new Booked(1, 0, 0));
        assertThat(commits.last()).isEqualTo(2);
    }

    @Test
    void another_database_that_knows_nothing_of_a_journal_has_lost_nothing() {
        CommitMark commits = CommitMark.inMemory();
        commits.last(57);
        PgLedger moved = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()), commits);

        await(moved.verify());
        await(moved.book(List.of(EntryJson.bytes(Entries.at(NOON, 1)))));

        assertThat(commits.last()).isEqualTo(1);
    }

    @Test
    void sums_are_those_of_the_entries_whatever_comes_from_two_replicas_at_once() {
        long seed = 20261121;
        Random random = new Random(seed);
        PgLedger other = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()));
        List<LedgerEntry> entries = new ArrayList<>();
        for (int n = 1; n <= 900; n++) {
            Instant at = NOON.plusSeconds(random.nextInt(3_600));
            Outcome[] ends = {Outcome.OK, Outcome.REFUSED, Outcome.UPSTREAM_ERROR, Outcome.CANCELLED, Outcome.CUT_OFF};
            LedgerEntry truth = Entries.costing(at, n, ends[random.nextInt(ends.length)]);
            entries.add(truth);
            if (random.nextInt(3) == 0) {
                entries.add(Entries.costing(at, n, Outcome.INTERRUPTED));
            }
            if (random.nextInt(5) == 0) {
                entries.add(truth);
            }
        }
        Collections.shuffle(entries, random);

        List<Future<Booked>> booked = new ArrayList<>();
        for (int from = 0; from < entries.size(); from += 25) {
            List<byte[]> batch = entries.subList(from, Math.min(entries.size(), from + 25)).stream()
                    .map(EntryJson::bytes)
                    .toList();
            booked.add((from % 50 == 0 ? ledger : other).book(batch));
        }
        await(Future.join(booked));

        assertThat(number("select count(distinct slot) from usage_quarter_hour"))
                .isEqualTo(2);
        assertThat(number("select sum(requests) from usage_quarter_hour")).isEqualTo(900);
        assertThat(number("select sum(interrupted) from usage_quarter_hour")).isZero();
        // 1,000 n + 1 for n = 1..900
        assertThat(number("select sum(charge) from usage_quarter_hour")).isEqualTo(405_450_900L);
        assertSumsAreThoseOfTheEntries();
    }

    @Test
    void sums_of_several_replicas_are_merged_and_can_still_be_added_to() {
        PgLedger other = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()));
        for (int n = 1; n <= 40; n++) {
            byte[] entry = EntryJson.bytes(Entries.costing(NOON, n, Outcome.OK));
            await((n % 8 < 4 ? ledger : other).book(List.of(entry)));
        }
        Instant dayAfter = NOON.plusSeconds(25 * 3_600);
        await(ledger.mergeSums(NOON.plusSeconds(24 * 3_600)));
        assertThat(rows("select distinct slot from usage_quarter_hour order by 1"))
                .as("not before a day has passed")
                .containsExactly("0", "1");

        await(ledger.mergeSums(dayAfter));
        assertThat(rows("select distinct slot from usage_quarter_hour")).containsExactly("-1");
        assertThat(rows("select distinct slot from usage_tag_quarter_hour")).containsExactly("-1");
        assertSumsAreThoseOfTheEntries();

        book(Entries.costing(NOON, 41, Outcome.OK), Entries.costing(NOON, 42, Outcome.OK));
        await(ledger.mergeSums(dayAfter));
        await(ledger.mergeSums(dayAfter));
        assertThat(rows("select distinct slot from usage_quarter_hour")).containsExactly("-1");
        assertSumsAreThoseOfTheEntries();
    }

    @Test
    void sums_of_one_replica_are_left_alone() {
        book(Entries.costing(NOON, 1, Outcome.OK));
        await(ledger.mergeSums(NOON.plusSeconds(25 * 3_600)));
        assertThat(rows("select distinct slot from usage_quarter_hour")).containsExactly("0");
    }

    @Test
    void requests_count_in_the_quarter_hour_and_the_month_in_which_they_began() {
        LedgerEntry last = Entries.costing(Instant.parse("2026-03-31T23:59:59.999Z"), 1, Outcome.OK);
        LedgerEntry first = Entries.costing(Instant.parse("2026-04-01T00:00:00Z"), 2, Outcome.OK);
        book(last, first);
        assertThat(rows("select tableoid::regclass, accounting_period from ledger order by 1"))
                .containsExactly("ledger_2026_03 2026-03-01", "ledger_2026_04 2026-04-01");
        assertThat(rows("""
                select tableoid::regclass, to_char(bucket at time zone 'UTC', 'DD HH24:MI'), charge
                from usage_quarter_hour order by 1"""))
                .containsExactly(
                        "usage_quarter_hour_2026_03 31 23:45 1001", "usage_quarter_hour_2026_04 01 00:00 2001");
        assertThat(book(last, first)).isEqualTo(new Booked(0, 0, 0));
    }

    @Test
    void the_truth_after_a_guess_is_booked_as_the_difference() {
        assertThat(book(guess())).isEqualTo(new Booked(1, 0, 0));
        assertThat(number("select sum(interrupted) from usage_quarter_hour")).isEqualTo(1);
        assertThat(book(truth())).isEqualTo(new Booked(0, 1, 0));
        assertThat(book(truth())).isEqualTo(new Booked(0, 0, 0));
        assertThat(book(guess())).isEqualTo(new Booked(0, 0, 0));

        assertThat(rows("select seq, kind, outcome, flags, charge, usage from ledger order by seq"))
                .containsExactly(
                        "0 request interrupted null 6001 {\"input\": 60, \"output\": 12, \"reasoning\": 6, \"cached_input\": 6}",
                        "1 adjustment ok late_truth -2000 {\"input\": -20, \"output\": -4, \"reasoning\": -2, \"cached_input\": -2}");
        assertTheTruthAlone();
    }

    @Test
    void a_guess_after_the_truth_is_dropped() {
        assertThat(book(truth())).isEqualTo(new Booked(1, 0, 0));
        assertThat(book(guess())).isEqualTo(new Booked(0, 0, 0));
        assertTheTruthAlone();
    }

    @Test
    void of_a_guess_and_the_truth_in_one_batch_the_truth_counts() {
        assertThat(book(guess(), truth())).isEqualTo(new Booked(1, 0, 0));
        assertThat(book(truth(), guess())).isEqualTo(new Booked(0, 0, 0));
        assertTheTruthAlone();
    }

    /** The insert waits for the other's; what it waited for is only seen by a statement that begins afterwards. */
    @Test
    void the_truth_corrects_a_guess_that_is_being_booked_at_the_same_time() throws SQLException {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(
                    "select book_entries('[%s]', 7::smallint)".formatted(new String(EntryJson.bytes(guess()), UTF_8)));

            Future<Booked> truth = ledger.book(List.of(EntryJson.bytes(truth())));
            Await.until(
                    "the truth waits for the guess",
                    () -> number("select count(*) from pg_locks where not granted") > 0);
            connection.commit();

            assertThat(await(truth)).isEqualTo(new Booked(0, 1, 0));
        }
        assertTheTruthAlone();
    }

    private static LedgerEntry guess() {
        return Entries.as(Entries.costing(NOON, 6, Outcome.INTERRUPTED), truth().requestId(), truth().origin());
    }

    private static LedgerEntry truth() {
        return Entries.costing(NOON, 4, Outcome.OK);
    }

    private void assertTheTruthAlone() {
        assertThat(rows("""
                select sum(requests), sum(interrupted), sum(errors), sum(charge), sum(input_tokens), sum(output_tokens),
                       sum(total_micros) from usage_quarter_hour""")).containsExactly("1 0 0 4001 44 12 104");
        assertThat(rows("select tag_key, sum(requests), sum(charge) from usage_tag_quarter_hour group by 1 order by 1"))
                .containsExactly("env 1 4001", "team 1 4001");
        assertSumsAreThoseOfTheEntries();
    }

    @Test
    void merged_refusals_count_as_many_requests() {
        LedgerEntry refused = Entries.refused(1, "key_1", "rate_limited");
        book(Entries.merged(Entries.as(refused, Entries.id(NOON, 1), refused.origin()), 490));
        assertThat(rows("select requests, refused, errors from usage_quarter_hour"))
                .containsExactly("490 490 0");
    }

    @Test
    void an_attempt_that_is_booked_by_itself_counts_what_it_cost_and_no_request() {
        LedgerEntry request = Entries.costing(NOON, 3, Outcome.OK);
        LedgerEntry attempt = Entries.asAttemptOf(request, Entries.costing(NOON, 4, Outcome.CUT_OFF));

        book(attempt, request);
        book(attempt, request);

        assertThat(rows("select sum(requests), sum(errors), sum(charge) from usage_quarter_hour"))
                .containsExactly("1 0 7002");
        assertThat(rows("select parent_id from ledger where kind = 'attempt'"))
                .containsExactly(request.requestId().uuid().toString());
    }

    @Test
    void poison_is_quarantined_and_holds_nobody_up(@TempDir Path folder) {
        Journal journal = Journal.open(
                new JournalSettings(folder, 1 << 20, 1 << 24, Duration.ofDays(1), /* synced= */ false),
                /* lanes= */ 1,
                () -> NOON,
                UUID::randomUUID);
        Lane lane = journal.lanes().getFirst();
        LedgerWriter writer = new LedgerWriter(VERTX, journal, ledger, () -> NOON, 1);
        List<byte[]> poison = Stream.of(
                        "{\"request_id\":\"not an id\"}",
                        "{\"request_id\":\"%s\"}"
                                .formatted(Entries.id(NOON, 9_001).uuid()),
                        "{\"request_id\":\"%s\",\"charge\":99999999999999999999}"
                                .formatted(Entries.id(NOON, 9_002).uuid()),
                        "[1]",
                        "{\"cut o",
                        "\u0000")
                .map(text -> text.getBytes(UTF_8))
                .toList();
        for (int n = 1; n <= 60; n++) {
            lane.add(Entries.id(NOON, n), EntryJson.bytes(Entries.costing(NOON, n, Outcome.OK)));
            if (n % 10 == 0) {
                lane.add(Entries.id(NOON, 9_000 + n), poison.get(n / 10 - 1));
            }
        }
        await(writer.flushAndStop());
        journal.close();

        assertThat(writer.quarantinedCount()).isEqualTo(6);
        assertThat(number("select count(*) from ledger")).isEqualTo(60);
        assertThat(number("select sum(requests) from usage_quarter_hour")).isEqualTo(60);
        assertThat(rows("select reason, sqlstate from ledger_quarantine order by id"))
                .containsExactly(
                        "invalid_data 22P02",
                        "constraint 23502",
                        "invalid_data 22003",
                        "invalid_data 22023",
                        "invalid_data 22P02",
                        "invalid_data 22021");
        assertThat(rows("select entry from ledger_quarantine order by id").getFirst())
                .isEqualTo("{\"request_id\":\"not an id\"}");
    }

    @Test
    void the_most_that_can_be_charged_does_not_make_poison_of_what_comes_after_it() {
        for (int n = 1; n <= 3; n++) {
            assertThat(book(Entries.at(Entries.at(NOON, n), new Money(Long.MAX_VALUE))))
                    .isEqualTo(new Booked(1, 0, 0));
        }
        assertThat(rows("select charge from usage_quarter_hour")).containsExactly("27670116110564327421");
    }

    @Test
    void months_that_are_dropped_do_not_come_back() {
        LedgerEntry january = Entries.costing(Instant.parse("2026-01-31T23:59:59.999Z"), 1, Outcome.OK);
        LedgerEntry february = Entries.costing(Instant.parse("2026-02-01T00:00:00Z"), 2, Outcome.OK);
        book(january, february);

        assertThat(await(ledger.dropBefore(Instant.parse("2026-02-28T00:00:00Z"))))
                .isEqualTo(1);
        await(ledger.makePartitions(Instant.parse("2026-01-15T00:00:00Z"))); // by a clock that is late

        LedgerEntry late = Entries.costing(Instant.parse("2026-01-01T00:00:00Z"), 3, Outcome.OK);
        assertThat(book(january, late, february)).isEqualTo(new Booked(0, 0, 2));
        assertThat(book(january, late)).as("a second replay").isEqualTo(new Booked(0, 0, 0));
        assertThat(rows("select distinct reason from ledger_quarantine")).containsExactly("below_floor");
        assertThat(rows("select charge from ledger")).containsExactly("2001");
        assertThat(number("select sum(charge) from usage_quarter_hour")).isEqualTo(3_002);
        assertThat(await(ledger.dropBefore(Instant.parse("2026-02-28T00:00:00Z"))))
                .isZero();
    }

    @Test
    void times_beyond_the_partitions_are_quarantined_with_the_reason() {
        LedgerEntry good = Entries.at(NOON, 1);
        LedgerEntry early = Entries.at(Instant.parse("2025-12-31T23:59:59.999Z"), 2);
        LedgerEntry far = Entries.at(Instant.parse("2126-01-01T00:00:00Z"), 3);
        assertThat(book(far, good, early)).isEqualTo(new Booked(1, 0, 2));
        assertThat(rows("select reason, entry::json ->> 'request_id' from ledger_quarantine order by 1"))
                .containsExactly(
                        "below_floor " + early.requestId().uuid(),
                        "beyond_ceiling " + far.requestId().uuid());
    }

    @Test
    void a_month_that_was_never_made_is_told_as_such() {
        execute("drop table ledger_2026_03");
        assertThatThrownBy(() -> book(Entries.at(NOON, 1)))
                .cause()
                .isInstanceOfSatisfying(
                        PoisonEntry.class, poison -> assertThat(poison.reason()).isEqualTo("no_partition"));
    }

    @Test
    void replicas_have_slots_of_their_own_and_give_them_back() {
        PgLedger second = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()));
        PgLedger third = new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()));
        book(Entries.at(NOON, 1));
        await(second.book(List.of(EntryJson.bytes(Entries.at(NOON, 2)))));
        await(ledger.close());
        await(third.book(List.of(EntryJson.bytes(Entries.at(NOON, 3)))));
        assertThat(rows("select slot, requests from usage_quarter_hour order by 1"))
                .containsExactly("0 2", "1 1");
        assertThat(rows("select slot, state from replica order by epoch"))
                .containsExactly("0 closed", "1 live", "0 live");
    }

    @Test
    void a_replica_that_lost_its_slot_takes_another_one() {
        book(Entries.at(NOON, 1));
        execute("update replica set seen_at = now() - interval '25 hours'");
        await(new PgLedger(pool, new PgReplica(pool, UUID.randomUUID()))
                .book(List.of(EntryJson.bytes(Entries.at(NOON, 2)))));
        await(ledger.makePartitions(NOON));
        book(Entries.at(NOON, 3));
        assertThat(rows("select slot, requests from usage_quarter_hour order by 1"))
                .containsExactly("0 2", "1 1");
    }

    @Test
    void end_users_are_kept_once() {
        PgEndUsers endUsers = new PgEndUsers(pool);
        EndUser alice = new EndUser("org_1", "aa", "alice");
        await(endUsers.add(List.of(alice, new EndUser("org_2", "bb", "alice"))));
        await(endUsers.add(List.of(alice, alice)));
        assertThat(rows("select organization_id, hash, id from end_user order by 1"))
                .containsExactly("org_1 aa alice", "org_2 bb alice");
    }

    private Booked book(LedgerEntry... entries) {
        return await(ledger.book(Stream.of(entries).map(EntryJson::bytes).toList()));
    }

    private JsonObject row(LedgerEntry entry) {
        return new JsonObject(rows("select to_jsonb(ledger) from ledger where request_id = '%s'"
                        .formatted(entry.requestId().uuid()))
                .getFirst());
    }

    private String sums() {
        return rows("select * from usage_quarter_hour order by 1, 3, 5, 6") + " " + rows("""
                select * from usage_tag_quarter_hour order by 1, 3, 5, 6, 7""");
    }

    /** Sums by quarter hour and the main dimensions, from the entries and from the rows of sums. */
    private void assertSumsAreThoseOfTheEntries() {
        String entries = """
                select quarter_hour_of(request_id), organization_id, key_id, coalesce(feature, ''), kind,
                       coalesce(model_served, ''), sum(requests_of(ledger)), sum(provider_cost), sum(charge),
                       sum(baseline_cost), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens),
                       sum(reasoning_tokens), sum(total_micros), coalesce(sum(first_byte_micros), 0),
                       count(first_byte_micros), sum(request_bytes), sum(response_bytes)
                from ledger group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6""";
        String sums = """
                select bucket, organization_id, key_id, feature, kind, model_served, sum(requests), sum(provider_cost),
                       sum(charge), sum(baseline_cost), sum(input_tokens), sum(cached_input_tokens), sum(output_tokens),
                       sum(reasoning_tokens), sum(total_micros), sum(first_byte_micros), sum(first_bytes),
                       sum(request_bytes), sum(response_bytes)
                from usage_quarter_hour group by 1, 2, 3, 4, 5, 6 order by 1, 2, 3, 4, 5, 6""";
        assertThat(rows(sums)).isNotEmpty().isEqualTo(rows(entries));
        String tagEntries = """
                select quarter_hour_of(request_id), organization_id, key_id, tag.key, tag.value,
                       sum(requests_of(ledger)), sum(charge), sum(input_tokens)
                from ledger cross join lateral jsonb_each_text(tags) as tag
                group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5""";
        String tagSums = """
                select bucket, organization_id, key_id, tag_key, tag_value, sum(requests), sum(charge), sum(input_tokens)
                from usage_tag_quarter_hour group by 1, 2, 3, 4, 5 order by 1, 2, 3, 4, 5""";
        assertThat(rows(tagSums)).isEqualTo(rows(tagEntries));
    }

    private long number(String sql) {
        return Long.parseLong(rows(sql).getFirst());
    }

    /** Rows as text, columns separated by blanks. */
    private List<String> rows(String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            List<String> found = new ArrayList<>();
            while (rows.next()) {
                List<String> columns = new ArrayList<>();
                for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                    columns.add(String.valueOf(rows.getString(i)));
                }
                found.add(String.join(" ", columns));
            }
            return found;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private void execute(String sql) {
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, SECONDS);
        } catch (ExecutionException e) {
            throw new IllegalStateException(e.getCause());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.tollgate.reports.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.Times;
import dev.tollgate.reports.UsageAnswer;
import dev.tollgate.reports.UsageQuestion;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * How questions are answered over a million entries: by which indexes, from which months. How long they take is written
 * to {@code target/million-entries.txt}, and decides nothing.
 */
@Tag("long")
class MillionEntriesIT {
    private static final Booked DATABASE = new Booked(Instant.parse("2026-01-01T00:00:00Z"), 12);
    private static final StringBuilder REPORT = new StringBuilder();
    private static final Map<Dimension, List<String>> ONE = Map.of(Dimension.ORGANIZATION, List.of("org_3"));

    @BeforeAll
    static void book() throws IOException, SQLException {
        try (InputStream script = Objects.requireNonNull(
                        MillionEntriesIT.class.getResourceAsStream("/reports/million-entries.sql"));
                Connection connection = DATABASE.database.connect();
                Statement statement = connection.createStatement()) {
            for (String sql : new String(script.readAllBytes(), StandardCharsets.UTF_8).split(";\n")) {
                if (!sql.isBlank()) {
                    statement.execute(sql); // one by one, for vacuum is none of a transaction
                }
            }
        }
    }

    @AfterAll
    static void report() throws IOException {
        DATABASE.close();
        Files.writeString(Path.of("target", "million-entries.txt"), REPORT);
    }

    @Test
    void the_sums_are_those_of_the_entries() {
        assertThat(DATABASE.query("select count(*) from ledger")).containsExactly("1000000");
        String ofEntries = DATABASE.query(
                        "select sum(charge) from ledger where request_id >= uuid_from('2026-10-01T22:00Z')"
                                + " and request_id < uuid_from('2026-10-30T23:00Z')")
                .getFirst();

        UsageAnswer answer = Booked.await(new PgUsage(DATABASE.pool)
                .ask(usage(Interval.DAY, "Europe/Berlin", Map.of(), "organization", "tag:team")));
        assertThat(answer.totals().figures().sum(Figure.CHARGE)).isEqualTo(new BigInteger(ofEntries));
        assertThat(DATABASE.query("select sum(charge) from ledger where organization_id = 'org_3'"
                        + " and request_id >= uuid_from('2026-10-02Z') and request_id < uuid_from('2026-10-31Z')"))
                .containsExactly(String.valueOf(
                        Booked.await(new PgUsage(DATABASE.pool).ask(usage(Interval.NONE, "UTC", ONE)))
                                .totals()
                                .figures()
                                .sum(Figure.CHARGE)));
        REPORT.append("sums: ")
                .append(DATABASE.query("select count(*) from usage_quarter_hour")
                        .getFirst())
                .append(" rows, of tags: ")
                .append(DATABASE.query("select count(*) from usage_tag_quarter_hour")
                        .getFirst())
                .append('\n');
    }

    @Test
    void usage_of_an_organization_is_read_by_index_from_its_month() {
        assertByIndex(
                plan("an organization's month by day and model", usage(Interval.DAY, "Europe/Berlin", ONE, "model")));
        assertByIndex(plan("an organization's month by key", usage(Interval.NONE, "UTC", ONE, "key", "feature")));
        assertByIndex(plan("an organization's month by tag", usage(Interval.NONE, "UTC", ONE, "tag:team")));
        assertByIndex(plan("an organization's month by hour", usage(Interval.HOUR, "Asia/Kathmandu", ONE)));
    }

    @Test
    void usage_of_all_is_read_from_the_sums_of_its_month() {
        assertOneMonth(plan("all organizations' month", usage(Interval.NONE, "UTC", Map.of(), "organization")));
        assertOneMonth(plan(
                "all organizations' month by day, organization and model",
                usage(Interval.DAY, "Europe/Berlin", Map.of(), "organization", "model")));
    }

    @Test
    void entries_are_read_by_index_from_their_month() {
        assertEntriesByIndex(plan("newest 100 of all", entries(Map.of(), null, null), 100));
        assertEntriesByIndex(plan(
                "newest 100 of an organization",
                entries(Map.of(EntryFilter.ORGANIZATION, List.of("org_3")), null, null),
                100));
        assertEntriesByIndex(plan(
                "newest 100 of a key that failed",
                entries(
                        Map.of(EntryFilter.KEY, List.of("key_3_1"), EntryFilter.OUTCOME, List.of("upstream_error")),
                        null,
                        null),
                100));
        assertEntriesByIndex(plan(
                "an hour of all, by model",
                entries(Map.of(EntryFilter.MODEL, List.of("model-7")), "2026-10-14T12:00:00Z", "2026-10-14T13:00:00Z"),
                1_000));
    }

    private static void assertByIndex(String plan) {
        assertOneMonth(plan);
        assertThat(plan).contains("_2026_10_pkey").doesNotContain("Seq Scan on usage_");
    }

    private static void assertOneMonth(String plan) {
        assertThat(plan).contains("quarter_hour_2026_10").doesNotContain("ledger");
        for (String month : List.of("_2026_01", "_2026_09", "_2026_11", "_2026_12")) {
            assertThat(plan).doesNotContain(month);
        }
    }

    private static void assertEntriesByIndex(String plan) {
        assertThat(plan).contains("on ledger_2026_10").contains("Index").doesNotContain("Seq Scan on ledger");
    }

    private static UsageQuestion usage(
            Interval interval, String zone, Map<Dimension, List<String>> filters, String... groups) {
        ZoneId id = ZoneId.of(zone);
        List<Grouping> groupings = Arrays.stream(groups)
                .<Grouping>map(label -> label.startsWith("tag:")
                        ? new Grouping.ByTag(label.substring(4))
                        : new Grouping.By(Dimension.of(label).orElseThrow()))
                .toList();
        Periods periods =
                Periods.of(Times.read("from", "2026-10-02", id), Times.read("to", "2026-10-31", id), interval, id);
        return new UsageQuestion(periods, false, groupings, filters, null, UsageQuestion.Order.BY_PERIOD, 1_000, null);
    }

    private static EntryQuestion entries(
            Map<EntryFilter, List<String>> filters, @Nullable String from, @Nullable String to) {
        return new EntryQuestion(
                Instant.parse(from == null ? "2026-10-01T00:00:00Z" : from),
                Instant.parse(to == null ? "2026-11-01T00:00:00Z" : to),
                null,
                filters,
                Map.of(),
                null,
                false,
                null);
    }

    private static String plan(String name, UsageQuestion question) {
        UsageStatement statement = new UsageStatement(question);
        return plan(name, statement.text(), statement.parameters());
    }

    private static String plan(String name, EntryQuestion question, int limit) {
        Parameters parameters = new Parameters();
        return plan(name, PgEntries.statement(question, limit, parameters), parameters);
    }

    private static String plan(String name, String statement, Parameters parameters) {
        Snapshot snapshot = new Snapshot(DATABASE.pool);
        Booked.await(snapshot.ask(statement, parameters)); // so that the plan is of pages that are in memory
        List<String> lines = new ArrayList<>();
        Booked.await(snapshot.ask("explain (analyze, buffers, timing off) " + statement, parameters))
                .forEach(row -> lines.add(row.getString(0)));
        String plan = String.join("\n", lines);
        REPORT.append("\n## ").append(name).append("\n\n").append(plan).append('\n');
        return plan;
    }
}

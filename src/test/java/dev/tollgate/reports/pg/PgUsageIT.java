package dev.tollgate.reports.pg;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import dev.tollgate.kernel.Problem;
import dev.tollgate.reports.Dimension;
import dev.tollgate.reports.Figure;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.Grouping;
import dev.tollgate.reports.Interval;
import dev.tollgate.reports.Periods;
import dev.tollgate.reports.Times;
import dev.tollgate.reports.UsageAnswer;
import dev.tollgate.reports.UsagePosition;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.UsageRow;
import io.vertx.core.json.JsonObject;
import java.math.BigInteger;
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
import org.junit.jupiter.api.Test;

/** Usage in periods and groups is what the entries add up to. */
class PgUsageIT {
    private static final Booked DATABASE = new Booked(Instant.parse("2026-01-01T00:00:00Z"), 6);
    private static final PgUsage USAGE = new PgUsage(DATABASE.pool);

    @BeforeAll
    static void book() {
        DATABASE.database.execute(
                "insert into organization (id, name) values ('org_a', 'Acme'), ('org_b', 'Beta')",
                "insert into client (id, organization_id, name) values ('cli_x', 'org_a', 'Shop')");
        // Berlin's 29th of March has 23 hours: from 23:00Z of the 28th to 22:00Z of the 29th.
        DATABASE.book(
                0,
                entry("2026-03-28T22:59:59.999Z", "org_a", "key_1", 1),
                entry("2026-03-28T23:00:00Z", "org_a", "key_1", 10).put("model_asked", "m1"),
                entry("2026-03-29T21:59:59Z", "org_a", "key_2", 100)
                        .put("model_asked", "m2")
                        .put("client_id", "cli_x")
                        .put("tags", new JsonObject().put("team", "search").put("stage", "test")),
                entry("2026-03-29T22:00:00Z", "org_b", "key_3", 1_000)
                        .put("model_asked", "m1")
                        .put("tags", new JsonObject().put("team", "")));
        DATABASE.book(
                7,
                entry("2026-03-29T12:00:00Z", "org_b", "key_3", 10_000)
                        .put("total_micros", 500)
                        .put("first_byte_micros", 100),
                entry("2026-03-29T12:00:00Z", "org_b", "key_3", 100_000)
                        .put("tags", new JsonObject().put("team", "search"))
                        .put("total_micros", 1_001),
                entry("2026-03-29T12:00:00Z", "org_b", "key_3", 0)
                        .put("outcome", "refused")
                        .put("merged_count", 3));
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void a_day_is_a_day_of_the_zone() {
        assertThat(charges(ask("2026-03-28", "2026-03-31", Interval.DAY, "Europe/Berlin")))
                .containsExactly("0  1", "1  110110", "2  1000");
        assertThat(charges(ask("2026-03-28", "2026-03-31", Interval.DAY, "UTC")))
                .containsExactly("0  11", "1  111100");
        assertThat(charges(ask("2026-03-28", "2026-03-31", Interval.DAY, "Asia/Kathmandu")))
                .containsExactly("1  110011", "2  1100");
    }

    @Test
    void sums_are_taken_over_replicas_and_refusals_that_were_merged_are_all_counted() {
        UsageAnswer answer = ask("2026-03-29", "2026-03-30", Interval.NONE, "UTC");
        Figures totals = answer.totals().figures();

        assertThat(totals.sum(Figure.REQUESTS)).isEqualTo(7);
        assertThat(totals.sum(Figure.REFUSED)).isEqualTo(3);
        assertThat(totals.sum(Figure.CHARGE)).isEqualTo(111_100);
        assertThat(totals.average(Figure.FIRST_BYTE_MICROS, Figure.FIRST_BYTES)).isEqualTo(100);
        assertThat(totals.average(Figure.TOTAL_MICROS, Figure.REQUESTS)).isEqualTo(214); // 1501 / 7 = 214.4
    }

    @Test
    void groups_have_the_names_that_people_gave_them() {
        UsageAnswer answer =
                answer(question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "organization", "client"));

        assertThat(answer.rows())
                .extracting(UsageRow::groups, UsageRow::names)
                .containsExactly(
                        tuple(Arrays.asList("org_a", null), Arrays.asList("Acme", null)),
                        tuple(List.of("org_a", "cli_x"), List.of("Acme", "Shop")),
                        tuple(Arrays.asList("org_b", null), Arrays.asList("Beta", null)));
    }

    @Test
    void what_has_no_such_tag_is_told_too_so_that_a_tag_explains_the_whole() {
        UsageAnswer answer = answer(question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "tag:team"));

        assertThat(charges(answer)).containsExactly("0 null 10011", "0  1000", "0 search 100100");
        assertThat(answer.totals().figures().sum(Figure.CHARGE)).isEqualTo(111_111);
        assertThat(answer.totals().figures().sum(Figure.REQUESTS)).isEqualTo(9);
    }

    @Test
    void a_filter_counts_what_it_names_only() {
        UsageQuestion all = question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "model");

        assertThat(charges(answer(filtered(all, Map.of(Dimension.ORGANIZATION, List.of("org_b")), null))))
                .containsExactly("0 null 110000", "0 m1 1000");
        assertThat(charges(answer(filtered(all, Map.of(Dimension.MODEL, List.of("", "m2")), null))))
                .containsExactly("0 null 110001", "0 m2 100");
        assertThat(charges(answer(filtered(
                        question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "organization"),
                        Map.of(),
                        new UsageQuestion.TagFilter("team", List.of("search"))))))
                .containsExactly("0 org_a 100", "0 org_b 100000");
    }

    @Test
    void the_period_before_stands_beside_and_groups_that_are_gone_are_told() {
        UsageQuestion question = question("2026-03-29", "2026-03-30", Interval.DAY, "Europe/Berlin", "organization");
        UsageAnswer answer = answer(new UsageQuestion(
                question.periods(), true, question.groups(), Map.of(), null, UsageQuestion.Order.BY_PERIOD, 10, null));

        assertThat(charges(answer)).containsExactly("0 org_a 110", "0 org_b 110000");
        Figures before = Objects.requireNonNull(answer.rows().getFirst().before());
        assertThat(before.sum(Figure.CHARGE)).isEqualTo(1);
        assertThat(answer.rows().getFirst().figures().changePercent(Figure.CHARGE, before))
                .isEqualByComparingTo("10900");
        Figures none = Objects.requireNonNull(answer.rows().getLast().before());
        assertThat(answer.rows().getLast().figures().changePercent(Figure.CHARGE, none))
                .isNull();

        UsageQuestion later = question("2026-03-30", "2026-03-31", Interval.DAY, "Europe/Berlin", "organization");
        assertThat(charges(answer(new UsageQuestion(
                        later.periods(),
                        true,
                        later.groups(),
                        Map.of(),
                        null,
                        UsageQuestion.Order.BY_PERIOD,
                        10,
                        null))))
                .containsExactly("0 org_a 0", "0 org_b 1000");
    }

    @Test
    void pages_put_together_are_the_whole_in_any_order() {
        for (boolean descending : new boolean[] {false, true}) {
            for (@Nullable Figure figure : new @Nullable Figure[] {null, Figure.CHARGE, Figure.REQUESTS}) {
                UsageQuestion all = ordered(
                        question("2026-03-28", "2026-03-31", Interval.DAY, "UTC", "organization", "model"),
                        new UsageQuestion.Order(figure, descending),
                        100,
                        null);
                List<String> whole = charges(answer(all));
                List<String> pages = new ArrayList<>();
                @Nullable UsagePosition after = null;
                List<UsageRow> page;
                do {
                    page = answer(ordered(all, all.order(), 1, after)).rows();
                    page.forEach(row -> pages.add(line(row)));
                    after = page.isEmpty() ? after : page.getLast().position();
                } while (!page.isEmpty());
                assertThat(pages)
                        .as("%s %s", figure, descending)
                        .isEqualTo(whole)
                        .hasSizeGreaterThan(4);
            }
        }
    }

    @Test
    void a_tag_goes_together_with_what_its_sums_are_told_apart_by() {
        assertThatThrownBy(() -> question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "tag:team", "model"))
                .isInstanceOf(Problem.class)
                .hasMessageContaining(
                        "model: usage per tag is not told apart by it (expected: organization, client, key");
        assertThatThrownBy(() -> question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "tag:team", "tag:stage"))
                .hasMessageContaining("two tags, team and stage");
    }

    @Test
    void the_ledger_is_not_touched() {
        UsageStatement statement = new UsageStatement(
                question("2026-03-28", "2026-03-31", Interval.NONE, "UTC", "organization", "tag:team"));

        assertThat(statement.text()).doesNotContain("from ledger");
    }

    private static UsageAnswer ask(String from, String to, Interval interval, String zone) {
        return answer(question(from, to, interval, zone));
    }

    private static UsageAnswer answer(UsageQuestion question) {
        return Booked.await(USAGE.ask(question));
    }

    private static UsageQuestion question(String from, String to, Interval interval, String zone, String... groups) {
        ZoneId id = ZoneId.of(zone);
        List<Grouping> groupings = Arrays.stream(groups)
                .<Grouping>map(label -> label.startsWith("tag:")
                        ? new Grouping.ByTag(label.substring(4))
                        : new Grouping.By(Dimension.of(label).orElseThrow()))
                .toList();
        Periods periods = Periods.of(Times.read("from", from, id), Times.read("to", to, id), interval, id);
        return new UsageQuestion(periods, false, groupings, Map.of(), null, UsageQuestion.Order.BY_PERIOD, 1_000, null);
    }

    private static UsageQuestion filtered(
            UsageQuestion q, Map<Dimension, List<String>> filters, UsageQuestion.@Nullable TagFilter tag) {
        return new UsageQuestion(q.periods(), q.compares(), q.groups(), filters, tag, q.order(), q.rows(), null);
    }

    private static UsageQuestion ordered(
            UsageQuestion q, UsageQuestion.Order order, int rows, @Nullable UsagePosition after) {
        return new UsageQuestion(q.periods(), q.compares(), q.groups(), q.filters(), q.tag(), order, rows, after);
    }

    /** Period, groups and charge of each row. */
    private static List<String> charges(UsageAnswer answer) {
        return answer.rows().stream().map(PgUsageIT::line).toList();
    }

    private static String line(UsageRow row) {
        BigInteger charge = row.figures().sum(Figure.CHARGE);
        List<String> groups = row.groups().stream().map(String::valueOf).toList();
        return row.period() + " " + String.join(",", groups) + " " + charge;
    }

    private static JsonObject entry(String time, String organization, String key, long charge) {
        return DATABASE.entry(time, organization, key, charge);
    }
}

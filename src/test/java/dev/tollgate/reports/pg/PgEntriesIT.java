package dev.tollgate.reports.pg;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import dev.tollgate.reports.Entry;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryPosition;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.EntryRow;
import dev.tollgate.testkit.Json;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Entries are told whole, in order, and to the last digit. */
class PgEntriesIT {
    private static final Booked DATABASE = new Booked(Instant.parse("2026-01-01T00:00:00Z"), 3);
    private static final PgEntries ENTRIES = new PgEntries(DATABASE.pool);
    private static final JsonObject GUESS =
            DATABASE.entry("2026-02-01T00:00:00.001Z", "org_a", "key_1", 5).put("outcome", "interrupted");

    @BeforeAll
    static void book() {
        DATABASE.book(
                0,
                DATABASE.entry("2026-01-31T23:59:59.999Z", "org_a", "key_1", Long.MAX_VALUE)
                        .put("savings", new JsonObject().put("cache", 1_500_000_001L))
                        .put("parent_id", "019c0000-0000-7000-8000-000000000001")
                        .put("tags", new JsonObject().put("team", "search")),
                GUESS,
                DATABASE.entry("2026-02-02T00:00:00Z", "org_b", "key_2", 1).put("model_asked", "m"));
        DATABASE.book(0, GUESS.copy().put("outcome", "ok").put("charge", 7).put("provider_cost", 4));
    }

    @AfterAll
    static void close() {
        DATABASE.close();
    }

    @Test
    void money_is_told_to_the_last_digit() {
        JsonNode entry = find(question(Map.of(), Map.of("team", List.of("search")), null, false, null))
                .getFirst();

        assertThat(entry.path("charge").asText()).isEqualTo("9223372036.854775807");
        assertThat(entry.path("currency").asText()).isEqualTo("USD");
        assertThat(entry.at("/savings/cache").asText()).isEqualTo("1.500000001");
        assertThat(entry.path("parent_id").asText()).isEqualTo("req_019c0000000070008000000000000001");
        assertThat(entry.path("started_at").asText()).isEqualTo("2026-01-31T23:59:59.999Z");
    }

    @Test
    void a_request_has_its_guess_and_the_truth_that_came_later() {
        UUID id = UUID.fromString(GUESS.getString("request_id"));
        List<JsonNode> entries = find(new EntryQuestion(null, null, id, Map.of(), Map.of(), null, true, null));

        assertThat(entries)
                .extracting(entry -> entry.path("charge").asText())
                .containsExactly("0.000000005", "0.000000002");
        assertThat(entries)
                .extracting(entry -> entry.path("provider_cost").asText())
                .containsExactly("0.000000005", "-0.000000001");
        assertThat(entries.getLast().path("kind").asText()).isEqualTo("adjustment");
    }

    @Test
    void filters_must_all_hold() {
        assertThat(find(question(Map.of(EntryFilter.ORGANIZATION, List.of("org_b")), Map.of(), null, false, null)))
                .hasSize(1);
        assertThat(find(question(Map.of(EntryFilter.MODEL, List.of("", "m")), Map.of(), null, false, null)))
                .hasSize(4);
        assertThat(find(question(Map.of(EntryFilter.MODEL, List.of("")), Map.of(), null, false, null)))
                .hasSize(3);
        assertThat(find(question(Map.of(EntryFilter.STATUS, List.of("200")), Map.of(), new Money(6), false, null)))
                .hasSize(1);
        assertThat(find(question(Map.of(EntryFilter.SIMULATED, List.of("true")), Map.of(), null, false, null)))
                .isEmpty();
        assertThat(find(new EntryQuestion(
                        Instant.parse("2026-01-31T23:59:59.999Z"),
                        Instant.parse("2026-02-01T00:00:00.001Z"),
                        null,
                        Map.of(),
                        Map.of(),
                        null,
                        false,
                        null)))
                .hasSize(1);
    }

    @Test
    void one_after_the_other_they_are_all_in_both_orders() {
        for (boolean oldestFirst : new boolean[] {false, true}) {
            List<Entry> whole = Booked.await(ENTRIES.find(question(Map.of(), Map.of(), null, oldestFirst, null), 100));
            List<EntryPosition> single = new ArrayList<>();
            @Nullable EntryPosition after = null;
            List<Entry> page;
            do {
                page = Booked.await(ENTRIES.find(question(Map.of(), Map.of(), null, oldestFirst, after), 1));
                for (Entry entry : page) {
                    after = entry.position();
                    single.add(after);
                }
            } while (!page.isEmpty());
            assertThat(single)
                    .hasSize(4)
                    .containsExactlyElementsOf(
                            whole.stream().map(Entry::position).toList());
        }
    }

    @Test
    void an_export_has_the_same_cells_as_the_JSON_has_members() {
        Export export = Booked.await(
                new PgExports(DATABASE.pool).open(question(Map.of(), Map.of(), null, true, null), /* asTexts= */ true));
        List<EntryRow> rows = new ArrayList<>(Booked.await(export.next(3)));
        rows.addAll(Booked.await(export.next(3)));
        assertThat(Booked.await(export.next(3))).isEmpty();
        export.close();

        List<JsonNode> entries = find(question(Map.of(), Map.of(), null, true, null));
        assertThat(rows).hasSize(4);
        for (int i = 0; i < rows.size(); i++) {
            for (int column = 0; column < PgExports.members().size(); column++) {
                JsonNode member = entries.get(i).path(PgExports.members().get(column));
                String cell = rows.get(i).cells().get(column);
                if (member.isNull()) {
                    assertThat(cell).isNull();
                } else if (!member.isContainerNode()) {
                    assertThat(cell).isEqualTo(member.asText());
                }
            }
        }
    }

    private static List<JsonNode> find(EntryQuestion question) {
        return Booked.await(ENTRIES.find(question, 100)).stream()
                .map(entry -> Json.parse(entry.json()))
                .toList();
    }

    private static EntryQuestion question(
            Map<EntryFilter, List<String>> filters,
            Map<String, List<String>> tags,
            @Nullable Money minCharge,
            boolean oldestFirst,
            @Nullable EntryPosition after) {
        return new EntryQuestion(null, null, null, filters, tags, minCharge, oldestFirst, after);
    }
}

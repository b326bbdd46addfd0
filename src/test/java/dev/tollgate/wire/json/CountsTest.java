package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CountsTest {
    private enum Of {
        APPLES,
        PEARS
    }

    private static final CountForm<Of> FORM = new CountForm<Of>()
            .count(Of.APPLES, "apples", "pommes")
            .within(new CountForm<Of>().count(Of.PEARS, "pears"), "basket");

    private final Counts<Of> counts = new Counts<>(Of.values().length);

    @Test
    void counts_are_found_by_any_of_their_names_and_within_objects() {
        read("{\"pommes\":3,\"plums\":[{\"apples\":9}],\"basket\":{\"apples\":8,\"pears\":2}}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(3);
        assertThat(counts.of(Of.PEARS)).isEqualTo(2);
        assertThat(counts.trusted()).isTrue();
    }

    @Test
    void names_are_known_however_they_are_escaped() {
        read("{\"\\u0061pples\":3}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(3);
    }

    @Test
    void what_was_not_said_is_zero_and_known_as_not_said() {
        read("{\"apples\":0}");
        assertThat(counts.said(Of.APPLES)).isTrue();
        assertThat(counts.said(Of.PEARS)).isFalse();
        assertThat(counts.of(Of.PEARS)).isZero();
    }

    @ParameterizedTest
    @CsvSource({"0, 0", "2147483648, 2147483648", "null, 0"})
    void a_believable_count_is_taken(String json, long count) {
        read("{\"apples\":" + json + "}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(count);
        assertThat(counts.trusted()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-1",
                "1.5",
                "2.0",
                "1e3",
                "2147483649",
                "1099511627776",
                "9223372036854775808",
                "\"12\"",
                "true",
                "[12]",
                "{\"pears\":12}"
            })
    void a_count_that_can_not_be_is_zero_and_not_trusted(String json) {
        read("{\"apples\":" + json + ",\"basket\":{\"pears\":2}}");
        assertThat(counts.of(Of.APPLES)).isZero();
        assertThat(counts.of(Of.PEARS)).isEqualTo(2);
        assertThat(counts.trusted()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"null", "7", "\"pears\"", "[{\"pears\":2}]", "true"})
    void what_should_be_an_object_and_is_none_is_passed_over(String json) {
        read("{\"basket\":" + json + ",\"apples\":1}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(1);
        assertThat(counts.of(Of.PEARS)).isZero();
        assertThat(counts.trusted()).isTrue();
    }

    @Test
    void two_counts_of_one_thing_in_one_report_must_agree() {
        read("{\"apples\":3,\"pommes\":3}");
        assertThat(counts.trusted()).isTrue();
        read("{\"apples\":3,\"pommes\":4}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(4);
        assertThat(counts.trusted()).isFalse();
    }

    @Test
    void running_totals_grow() {
        read("{\"apples\":3,\"basket\":{\"pears\":5}}");
        read("{\"apples\":7}");
        read("{\"apples\":6}");
        assertThat(counts.of(Of.APPLES)).isEqualTo(7);
        assertThat(counts.of(Of.PEARS)).isEqualTo(5);
        assertThat(counts.trusted()).isTrue();
    }

    @Test
    void parts_are_taken_out_of_a_total_that_has_them() {
        assertThat(counts.rest(7, 7)).isZero();
        assertThat(counts.trusted()).isTrue();
        assertThat(counts.rest(7, 8)).isZero();
        assertThat(counts.trusted()).isFalse();
    }

    @Test
    void any_object_is_read_to_its_end() {
        Seeds.each(20_000, random -> {
            Counts<Of> any = new Counts<>(Of.values().length);
            byte[] bytes = ("[{\"apples\":" + new RandomJson(random).value() + ",\"x\":"
                            + new RandomJson(random).value() + ",\"basket\":" + new RandomJson(random).value() + "},7]")
                    .getBytes(UTF_8);
            JsonCursor cursor = new JsonCursor(bytes);
            cursor.next();
            cursor.next();
            any.read(cursor, FORM);
            assertThat(cursor.next()).isEqualTo(JsonCursor.Token.NUMBER);
            assertThat(any.of(Of.APPLES)).isBetween(0L, 1L << 31);
        });
    }

    private void read(String json) {
        JsonCursor cursor = new JsonCursor(json.getBytes(UTF_8));
        cursor.next();
        counts.read(cursor, FORM);
    }
}

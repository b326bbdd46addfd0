package dev.tollgate.routing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.routing.Given.Request;
import dev.tollgate.routing.when.Condition;
import dev.tollgate.routing.when.ConditionReader;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.Urgency;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConditionTest {
    private static Condition when(String yaml) {
        List<Condition> conditions = ConditionReader.read(Given.yaml(yaml));
        assertThat(conditions).hasSize(1);
        return conditions.getFirst();
    }

    private static boolean holds(String yaml, Request request) {
        return when(yaml).holds(request.traits());
    }

    @Test
    void a_tier_is_one_of_those_named_and_no_tier_is_none_of_them() {
        assertThat(holds("tier: [free, starter]", new Request())).isTrue();
        assertThat(holds("tier: [free]", new Request())).isFalse();
        assertThat(holds("tier: [free]", new Request().tier(null))).isFalse();
    }

    @Test
    void features_are_named_or_fit_a_beginning() {
        assertThat(holds("feature: ['pdf_*', chat]", new Request())).isTrue();
        assertThat(holds("feature: ['pdf_*']", new Request().feature("pdf_analysis")))
                .isTrue();
        assertThat(holds("feature: ['pdf_*']", new Request().feature(null))).isFalse();
    }

    @Test
    void organizations_and_tags_must_have_one_of_the_values() {
        assertThat(holds("organization: [org_1]", new Request())).isTrue();
        assertThat(holds("organization: [org_2]", new Request())).isFalse();
        assertThat(holds("tags: {env: [prod, test]}", new Request())).isTrue();
        assertThat(holds("tags: {env: [test]}", new Request())).isFalse();
        assertThat(holds("tags: {env: [test]}", new Request().tags(Map.of()))).isFalse();
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(textBlock = """
            2026-11-23T07:59:59Z, false
            2026-11-23T08:00:00Z, true
            2026-11-23T16:59:59Z, true
            2026-11-23T17:00:00Z, false
            2026-11-22T10:00:00Z, false
            """)
    void hours_run_from_a_moment_to_before_another_on_the_days_that_are_named(String at, boolean holds) {
        String hours = "hours: {days: [monday], from: '08:00', until: '17:00'}";
        assertThat(holds(hours, new Request().at(at))).isEqualTo(holds);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(textBlock = """
            2026-11-23T21:59:00Z, false
            2026-11-23T22:00:00Z, true
            2026-11-24T05:59:00Z, true
            2026-11-24T06:00:00Z, false
            2026-11-23T05:00:00Z, false
            """)
    void hours_past_midnight_are_those_of_the_day_on_which_they_begin(String at, boolean holds) {
        String hours = "hours: {days: [monday], from: '22:00', until: '06:00'}";
        assertThat(holds(hours, new Request().at(at))).isEqualTo(holds);
    }

    @ParameterizedTest(name = "{0} {1}")
    @CsvSource(textBlock = """
            2026-10-25T00:30:00Z, true
            2026-10-25T01:30:00Z, true
            2026-10-25T02:00:00Z, false
            """)
    void an_hour_that_comes_twice_counts_twice(String at, boolean holds) {
        String hours = "hours: {from: '02:00', until: '03:00', zone: Europe/Berlin}";
        assertThat(holds(hours, new Request().at(at))).isEqualTo(holds);
    }

    @ParameterizedTest(name = "{0} bytes: {1}")
    @CsvSource({"99, false", "100, true", "199, true", "200, false"})
    void ranges_begin_with_their_first_number_and_end_before_their_last(long bytes, boolean holds) {
        String range = "prompt_bytes: {at_least: 100, below: 200}";
        assertThat(holds(range, new Request().promptBytes(bytes))).isEqualTo(holds);
    }

    @Test
    void text_is_the_modality_of_what_has_nothing_else() {
        assertThat(holds("modality: [text]", new Request())).isTrue();
        assertThat(holds("modality: [text]", new Request().modalities(Modality.IMAGE)))
                .isFalse();
        assertThat(holds("modality: [image, audio]", new Request().modalities(Modality.IMAGE, Modality.FILE)))
                .isTrue();
    }

    @Test
    void tools_are_offered_or_not() {
        assertThat(holds("tools: true", new Request().tools(true))).isTrue();
        assertThat(holds("tools: true", new Request())).isFalse();
        assertThat(holds("tools: false", new Request())).isTrue();
    }

    @Test
    void urgency_budget_and_difficulty_are_the_requests_own() {
        assertThat(holds("urgency: [high]", new Request().urgency(Urgency.HIGH)))
                .isTrue();
        assertThat(holds("urgency: [high]", new Request())).isFalse();
        assertThat(holds("budget_left: {below: 20}", new Request().budgetLeft(19)))
                .isTrue();
        assertThat(holds("budget_left: {below: 20}", new Request().budgetLeft(20)))
                .isFalse();
        assertThat(holds("difficulty: {below: 40}", new Request().difficulty(39)))
                .isTrue();
        assertThat(holds("difficulty: {below: 40}", new Request().difficulty(40)))
                .isFalse();
    }

    @Test
    void a_difficulty_that_nobody_has_said_is_neither_low_nor_high() {
        assertThat(holds("difficulty: {below: 40}", new Request())).isFalse();
        assertThat(holds("difficulty: {at_least: 40}", new Request())).isFalse();
    }
}

package dev.tollgate.pricing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.pricing.Timeline.Layer;
import java.util.List;
import org.junit.jupiter.api.Test;

class TimelineTest {
    private final Timeline<String> always = Timeline.always("base");

    @Test
    void what_lies_beneath_holds_until_a_layer_begins_to_the_millisecond() {
        Timeline<String> timeline = always.under(List.of(new Layer<>("one", 100, Timeline.OPEN)));

        assertThat(timeline.at(Long.MIN_VALUE)).isEqualTo("base");
        assertThat(timeline.at(99)).isEqualTo("base");
        assertThat(timeline.at(100)).isEqualTo("one");
        assertThat(timeline.at(Long.MAX_VALUE)).isEqualTo("one");
    }

    @Test
    void what_lay_beneath_shows_through_after_a_layer_ends() {
        Timeline<String> timeline = always.under(List.of(new Layer<>("month", 100, 200)));

        assertThat(timeline.at(199)).isEqualTo("month");
        assertThat(timeline.at(200)).isEqualTo("base");
    }

    @Test
    void a_correction_of_the_past_holds_until_the_next_version_begins() {
        Timeline<String> timeline = always.under(List.of(
                new Layer<>("january", 100, Timeline.OPEN),
                new Layer<>("march", 300, Timeline.OPEN),
                new Layer<>("correction", 150, Timeline.OPEN)));

        assertThat(timeline.at(149)).isEqualTo("january");
        assertThat(timeline.at(150)).isEqualTo("correction");
        assertThat(timeline.at(299)).isEqualTo("correction");
        assertThat(timeline.at(300)).isEqualTo("march");
    }

    @Test
    void of_layers_that_begin_together_the_later_one_holds() {
        Timeline<String> timeline = always.under(
                List.of(new Layer<>("wrong", 100, Timeline.OPEN), new Layer<>("right", 100, Timeline.OPEN)));

        assertThat(timeline.at(100)).isEqualTo("right");
    }

    @Test
    void a_layer_that_ends_uncovers_the_one_that_began_before_it() {
        Timeline<String> timeline =
                always.under(List.of(new Layer<>("list", 100, Timeline.OPEN), new Layer<>("sale", 150, 200)));

        assertThat(timeline.at(150)).isEqualTo("sale");
        assertThat(timeline.at(200)).isEqualTo("list");
    }

    @Test
    void nothing_holds_before_the_first_layer_and_in_a_gap() {
        Timeline<String> timeline = Timeline.<String>empty().under(List.of(new Layer<>("one", 100, 200)));

        assertThat(timeline.at(99)).isNull();
        assertThat(timeline.at(150)).isEqualTo("one");
        assertThat(timeline.at(200)).isNull();
    }
}

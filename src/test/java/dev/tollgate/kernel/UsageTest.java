package dev.tollgate.kernel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class UsageTest {
    private final Usage chat = Usage.builder()
            .set(Meter.INPUT, 80)
            .set(Meter.CACHED_INPUT, 20)
            .set(Meter.AUDIO_INPUT, 5)
            .set(Meter.OUTPUT, 7)
            .set(Meter.REASONING, 3)
            .set(Meter.WEB_SEARCH, 2)
            .build();

    @Test
    void tokens_are_the_sums_of_the_meters_of_their_kind() {
        assertThat(chat.inputTokens()).isEqualTo(105);
        assertThat(chat.outputTokens()).isEqualTo(10);
        assertThat(chat.totalTokens()).isEqualTo(115);
    }

    @Test
    void units_are_not_tokens() {
        Usage speech = Usage.builder().set(Meter.CHARACTER, 1_000).build();
        assertThat(speech.totalTokens()).isZero();
        assertThat(speech.isNone()).isFalse();
    }

    @Test
    void sums_beyond_a_long_stop_at_its_end() {
        Usage absurd = Usage.builder()
                .set(Meter.INPUT, Long.MAX_VALUE)
                .set(Meter.CACHED_INPUT, Long.MAX_VALUE)
                .set(Meter.IMAGE_INPUT, 2)
                .set(Meter.OUTPUT, 1)
                .build();
        assertThat(absurd.inputTokens()).isEqualTo(Long.MAX_VALUE);
        assertThat(absurd.totalTokens()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void a_negative_count_is_refused_with_its_meter() {
        assertThatThrownBy(() -> Usage.builder().set(Meter.CACHED_INPUT, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("cached_input: -1 (expected: >= 0)");
    }

    @Test
    void usages_are_equal_by_their_counts() {
        Usage same = Usage.builder()
                .set(Meter.WEB_SEARCH, 2)
                .set(Meter.REASONING, 3)
                .set(Meter.OUTPUT, 7)
                .set(Meter.AUDIO_INPUT, 5)
                .set(Meter.CACHED_INPUT, 20)
                .set(Meter.INPUT, 80)
                .build();
        assertThat(same).isEqualTo(chat).hasSameHashCodeAs(chat);
        assertThat(Usage.builder().set(Meter.INPUT, 80).build()).isNotEqualTo(chat);
    }

    @Test
    void a_usage_is_shown_by_the_meters_that_moved() {
        assertThat(chat)
                .hasToString("Usage[input=80, cached_input=20, audio_input=5, output=7, reasoning=3, web_search=2]");
        assertThat(Usage.NONE).hasToString("Usage[]");
    }

    @Test
    void a_builder_starts_again_at_zero() {
        Usage.Builder builder = Usage.builder().set(Meter.INPUT, 1);
        Usage first = builder.build();
        assertThat(builder.build().isNone()).isTrue();
        assertThat(first.count(Meter.INPUT)).isEqualTo(1);
    }
}

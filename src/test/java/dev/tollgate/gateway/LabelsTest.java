package dev.tollgate.gateway;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LabelsTest {
    @Test
    void are_a_feature_and_tags() {
        Labels labels = Labels.of(" pdf_analysis ", "team=search, env = prod,formula=a=b");
        assertThat(labels.feature()).isEqualTo("pdf_analysis");
        assertThat(labels.tags()).isEqualTo(Map.of("team", "search", "env", "prod", "formula", "a=b"));
        assertThat(labels.flags()).isEmpty();
    }

    @Test
    void may_be_missing() {
        Labels labels = Labels.of(null, null);
        assertThat(labels.feature()).isNull();
        assertThat(labels.tags()).isEmpty();
        assertThat(labels.flags()).isEmpty();
        assertThat(Labels.of(null, " ").flags()).isEmpty();
    }

    @Test
    void are_utf8_in_headers() {
        String header = new String("team=käse".getBytes(UTF_8), ISO_8859_1);
        assertThat(Labels.of(null, header).tags()).isEqualTo(Map.of("team", "käse"));
    }

    @Test
    void that_are_malformed_are_dropped_and_the_others_kept() {
        assertTags("a=1,b,c=3", Map.of("a", "1", "c", "3"));
        assertTags("a=1,=2", Map.of("a", "1"));
        assertTags("a=1,b=", Map.of("a", "1"));
        assertTags("a=1,,", Map.of("a", "1"));
        assertTags("a=1,b=\u0001", Map.of("a", "1"));
    }

    @Test
    void are_bounded_in_bytes() {
        String key = "k".repeat(64);
        String value = "é".repeat(128);
        assertThat(Labels.of("f".repeat(64), key + "=x").flags()).isEmpty();
        assertThat(Labels.of(null, "k=" + asHeader(value)).tags()).isEqualTo(Map.of("k", value));
        assertTags(key + "k=1", Map.of());
        assertTags("k=" + asHeader(value + "v"), Map.of());

        Labels tooLong = Labels.of("f".repeat(65), null);
        assertThat(tooLong.feature()).isNull();
        assertThat(tooLong.flags()).containsExactly("dropped_feature");
    }

    @Test
    void are_ten_tags_at_most() {
        String ten = IntStream.range(0, 10).mapToObj(i -> "k" + i + "=" + i).collect(joining(","));
        assertThat(Labels.of(null, ten).tags()).hasSize(10);
        assertThat(Labels.of(null, ten).flags()).isEmpty();
        Labels eleven = Labels.of(null, ten + ",k10=10");
        assertThat(eleven.tags()).hasSize(10).doesNotContainKey("k10");
        assertThat(eleven.flags()).containsExactly("dropped_tags");
    }

    private static String asHeader(String text) {
        return new String(text.getBytes(UTF_8), ISO_8859_1);
    }

    private static void assertTags(String header, Map<String, String> kept) {
        Labels labels = Labels.of(null, header);
        assertThat(labels.tags()).as(header).isEqualTo(kept);
        assertThat(labels.flags()).as(header).containsExactly("dropped_tags");
    }
}

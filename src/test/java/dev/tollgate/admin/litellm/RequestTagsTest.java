package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RequestTagsTest {
    @Test
    void words_become_names_with_values() {
        assertThat(RequestTags.read(List.of("beta", "team:search", "url:http://x")))
                .isEqualTo(Map.of("beta", "", "team", "search", "url", "http://x"));
    }

    @Test
    void they_are_told_as_they_were_written_but_for_the_budget() {
        Map<String, String> tags = RequestTags.read(List.of("beta", "team:search"));
        tags.put(SharedBudget.TAG, "free-plan");
        assertThat(RequestTags.written(tags)).containsExactly("beta", "team:search");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ":x", "team:a|team:b", "beta|beta", "budget_id:free-plan"})
    void refuses_what_would_get_lost(String words) {
        assertThatThrownBy(() -> RequestTags.read(Arrays.asList(words.split("\\|", -1))))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo("tags"));
    }
}

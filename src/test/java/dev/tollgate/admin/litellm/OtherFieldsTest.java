package dev.tollgate.admin.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OtherFieldsTest {
    @ParameterizedTest
    @CsvSource({
        "model_max_budget, POST /admin/v1/budgets",
        "model_rpm_limit, POST /admin/v1/limits",
        "temp_budget_increase, /admin/v1/budgets/{id}/increases",
        "key_type, POST /admin/v1/tokens",
        "auto_rotate, /admin/v1/keys/{id}/rotate",
        "spend, ledger",
        "guardrails, nothing like it",
    })
    void what_is_not_taken_is_refused_with_what_to_use_instead(String field, String instead) {
        assertThatThrownBy(() -> OtherFields.refuse(Map.of(field, 1)))
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.param()).isEqualTo(field))
                .hasMessageStartingWith(field + ": ")
                .hasMessageContaining(instead);
    }

    @Test
    void what_asks_for_nothing_may_stay_in_a_script() {
        Map<String, @Nullable Object> fields = new HashMap<>(
                Map.of("aliases", Map.of(), "guardrails", List.of(), "auto_rotate", false, "key_type", "llm_api"));
        fields.put("model_max_budget", null);
        assertThatCode(() -> OtherFields.refuse(fields)).doesNotThrowAnyException();
        assertThatCode(() -> OtherFields.refuse(null)).doesNotThrowAnyException();
    }

    @Test
    void what_is_misspelled_is_refused_whatever_it_asks_for() {
        Map<String, @Nullable Object> fields = new HashMap<>();
        fields.put("max_budgets", null);
        assertThatThrownBy(() -> OtherFields.refuse(fields))
                .hasMessageContaining("max_budgets: there is no such field");
        assertThatThrownBy(() -> OtherFields.refuse(Map.of("key_type", "management")))
                .isInstanceOf(Problem.class);
    }
}

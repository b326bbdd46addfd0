package dev.tollgate.tenancy;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class AllowedModelsTest {
    private final AllowedModels organization = AllowedModels.of(List.of("gpt-5*", "gpt-4o", "openai/o3"));

    @Test
    void without_a_list_every_model_is_allowed() {
        assertThat(AllowedModels.ALL.allows("anything")).isTrue();
        assertThat(AllowedModels.ALL.isAll()).isTrue();
    }

    @Test
    void an_empty_list_allows_nothing() {
        assertThat(AllowedModels.of(List.of()).allows("gpt-4o")).isFalse();
        assertThat(AllowedModels.of(List.of()).isAll()).isFalse();
    }

    @Test
    void a_name_is_allowed_as_it_is_written() {
        assertThat(organization.allows("gpt-4o")).isTrue();
        assertThat(organization.allows("gpt-4o-mini")).isFalse();
        assertThat(organization.allows("GPT-4o")).isFalse();
        assertThat(organization.allows("o3")).isFalse();
        assertThat(organization.allows("openai/o3")).isTrue();
        assertThat(organization.allows("")).isFalse();
    }

    @Test
    void a_star_at_the_end_stands_for_any_ending() {
        assertThat(organization.allows("gpt-5")).isTrue();
        assertThat(organization.allows("gpt-5-mini-2025-08-07")).isTrue();
        assertThat(organization.allows("gpt-")).isFalse();
        assertThat(organization.allows("openai/gpt-5")).isFalse();
        assertThat(AllowedModels.of(List.of("*")).allows("anything")).isTrue();
    }

    @Test
    void both_of_two_lists_must_allow_a_model() {
        AllowedModels both = organization.and(AllowedModels.of(List.of("gpt-5-mini", "o4*", "gpt-4o*")));
        assertThat(both.allows("gpt-5-mini")).isTrue();
        assertThat(both.allows("gpt-4o")).isTrue();
        assertThat(both.allows("gpt-5")).isFalse();
        assertThat(both.allows("gpt-4o-mini")).isFalse();
        assertThat(both.allows("o4-mini")).isFalse();
    }

    @Test
    void every_model_narrows_nothing() {
        assertThat(organization.and(AllowedModels.ALL)).isSameAs(organization);
        assertThat(AllowedModels.ALL.and(organization)).isSameAs(organization);
    }
}

package dev.tollgate.pricing.litellm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Against the built-in prices: gpt-4o-mini at 0.15 and 0.60, grok-4.7 at 2 and 6, gemini-2.5-pro at 1.25, above 200k 2.50. */
class CompareWithLiteLlmTest {
    @TempDir
    private Path folder;

    @Test
    void binary_fractions_agree_with_the_decimals_they_stand_for() throws Exception {
        String page = compare("""
                {"gpt-4o-mini": {"litellm_provider": "openai", "input_cost_per_token": 1.5e-07,
                   "output_cost_per_token": 6.000000000000001e-07, "max_tokens": 7, "mode": "chat"},
                 "gemini/gemini-2.5-pro": {"litellm_provider": "gemini", "input_cost_per_token": 1.25e-06,
                   "input_cost_per_token_above_200k_tokens": 2.5e-06, "input_cost_per_token_above_200k_tokens_batches": 1.25e-06},
                 "xai/grok-4.7": {"litellm_provider": "xai", "input_cost_per_token_above_200k_tokens": 4e-06}}
                """);
        assertThat(page)
                .contains("| openai | 1 | 0 |", "| google | 1 | 0 |", "| xai | 1 | 0 |")
                .doesNotContain("| model | price |");
    }

    @Test
    void differences_are_shown_with_both_figures_and_their_ratio() throws Exception {
        String page = compare("""
                {"gpt-4o-mini": {"litellm_provider": "openai", "input_cost_per_token": 3e-07, "output_cost_per_token": 6e-07,
                   "input_cost_per_token_batches": 7.5e-08, "input_cost_per_second": 1e-06},
                 "xai/grok-4.7": {"litellm_provider": "xai", "output_cost_per_token_above_200k_tokens_batches": 9.5e-06}}
                """);
        assertThat(page)
                .contains("| openai | 0 | 1 |")
                .contains("| `gpt-4o-mini` | input | 0.15 | 0.3 | 0.5 |")
                .contains("| `gpt-4o-mini` | second | none | 1 |  |")
                .contains("| `grok-4.7` | batch output above 200000 | 9.6 | 9.5 | 1.0105 |")
                .doesNotContain("| `gpt-4o-mini` | output", "| `gpt-4o-mini` | batch");
    }

    @Test
    void models_of_one_side_alone_are_named() throws Exception {
        String page = compare("""
                {"groq/tomorrow": {"litellm_provider": "groq", "input_cost_per_token": 1e-06},
                 "nowhere/x": {"litellm_provider": "nowhere", "input_cost_per_token": 1e-06},
                 "sample_spec": {"litellm_provider": "one of these", "input_cost_per_token": 0}}
                """);
        assertThat(page)
                .contains("Only there: 1\n- `tomorrow`")
                .contains("\n- `whisper-large-v3-turbo`")
                .doesNotContain("nowhere");
    }

    @Test
    void a_zero_of_theirs_is_no_price() throws Exception {
        String page = compare("""
                {"text-embedding-3-small": {"litellm_provider": "openai", "input_cost_per_token": 2e-08, "output_cost_per_token": 0.0},
                 "deepseek/deepseek-flash": {"litellm_provider": "deepseek", "cache_creation_input_token_cost": 0.0}}
                """);
        assertThat(page).contains("| openai | 1 | 0 |", "| deepseek | 1 | 0 |");
    }

    @Test
    void a_name_with_the_provider_before_it_wins_over_the_bare_one() throws Exception {
        String page = compare("""
                {"deepseek/deepseek-flash": {"litellm_provider": "deepseek", "input_cost_per_token": 3e-07},
                 "deepseek-flash": {"litellm_provider": "deepseek", "input_cost_per_token": 9e-07}}
                """);
        assertThat(page).contains("| deepseek | 1 | 0 |");
    }

    @Test
    void the_page_is_dated_and_names_the_package_it_lies_in() throws Exception {
        assertThat(compare("{}")).contains("on 2026-11-21, from version unknown");
        Files.createDirectories(folder.resolve("litellm-1.2.3.dist-info"));
        assertThat(compare("{}")).contains("on 2026-11-21, from version 1.2.3 of");
    }

    @ParameterizedTest
    @CsvSource({
        "input_cost_per_token, input",
        "cache_creation_input_token_cost_above_1hr, cache_write_long",
        "cache_creation_input_token_cost_above_1hr_above_200k_tokens, cache_write_long above 200000",
        "cache_creation_input_token_cost_above_12hr_above_272k_tokens_flex, flex cache_write_long above 272000",
        "output_cost_per_reasoning_token, reasoning",
        "ocr_cost_per_page_batches, batch page",
    })
    void a_member_of_the_list_is_a_figure(String member, String label) {
        assertThat(Figure.ofMember(member)).extracting(Figure::label).isEqualTo(label);
    }

    @ParameterizedTest
    @ValueSource(strings = {"max_tokens", "output_cost_per_image", "input_cost_per_token_decisions", "", "_batches"})
    void any_other_is_none(String member) {
        assertThat(Figure.ofMember(member)).isNull();
    }

    @Test
    void what_is_no_list_is_refused() throws Exception {
        assertThatThrownBy(() -> compare("[1]"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("no price list (expected: a JSON object of models)");
        assertThatThrownBy(() -> compare("{")).isInstanceOf(IOException.class);
    }

    private String compare(String list) throws IOException {
        Path file = Files.createDirectories(folder.resolve("litellm")).resolve("list.json");
        Files.writeString(file, list);
        Path page = folder.resolve("page.md");
        CompareWithLiteLlm.compare(file, page, "2026-11-21");
        return Files.readString(page);
    }
}

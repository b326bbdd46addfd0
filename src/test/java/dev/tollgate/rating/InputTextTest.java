package dev.tollgate.rating;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.Test;

class InputTextTest {
    private static final String HELLO = "{\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    /** OpenAI reports 8 prompt tokens for it: 1 of the text, 1 of the role, 3 of the message and 3 of the answer. */
    @Test
    void a_message_costs_its_text_its_role_and_its_format() {
        assertThat(tokens(HELLO, "gpt-4o-mini")).isEqualTo(8);
    }

    @Test
    void a_name_costs_its_text_and_a_token() {
        String named = HELLO.replace("\"role\"", "\"name\":\"Hello\",\"role\"");
        assertThat(tokens(named, "gpt-4o-mini")).isEqualTo(10);
    }

    @Test
    void parts_count_as_their_text_and_ids_not_at_all() {
        String parts = HELLO.replace("\"Hello\"", "[{\"type\":\"text\",\"text\":\"Hello\",\"id\":\"msg_1\"}]");
        assertThat(tokens(parts, "gpt-4o-mini")).isEqualTo(8);
    }

    @Test
    void tools_are_read_too() {
        String tools = "{\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"Hello\"}}]," + HELLO.substring(1);
        assertThat(tokens(tools, "gpt-4o-mini")).isEqualTo(9);
    }

    @Test
    void an_input_that_is_no_message_has_no_format() {
        assertThat(tokens("{\"input\":[\"Hello\",\"Hello\"],\"user\":\"Hello\"}", "text-embedding-3-small"))
                .isEqualTo(2);
    }

    @Test
    void older_models_cut_other_scripts_into_more_tokens() {
        String greeting = "{\"prompt\":\"Здравствуйте, как поживаете?\"}";
        assertThat(tokens(greeting, "gpt-4-turbo")).isGreaterThan(tokens(greeting, "gpt-5"));
    }

    @Test
    void what_is_very_long_is_taken_to_be_like_its_beginning() {
        // " Hello" is one token and six characters.
        String text = "{\"prompt\":\"" + " Hello".repeat(100_000) + "\"}";
        assertThat(tokens(text, "gpt-5")).isBetween(100_000L, 100_010L);
    }

    @Test
    void nothing_is_no_token() {
        assertThat(tokens("{}", "gpt-5")).isZero();
        assertThat(tokens("{\"prompt\":\"\"}", "gpt-5")).isZero();
    }

    private static long tokens(String request, String model) {
        try {
            return InputText.of(new JsonMapper().readTree(request)).tokens(model);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }
}

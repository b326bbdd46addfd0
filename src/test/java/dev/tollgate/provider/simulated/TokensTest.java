package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokensTest {
    @ParameterizedTest(name = "\"{0}\" has {1}")
    @CsvSource(value = {"'',0", "a,1", "abcd,1", "abcde,2", "Grüße,2", "日本語,3", "a日,1", "ab日,2", "🎉🎉,2", "abc🎉,2"})
    void are_up_to_four_bytes_and_never_split_a_character(String text, long tokens) {
        assertThat(Tokens.count(text)).isEqualTo(tokens);
        assertThat(Tokens.split(text))
                .hasSize((int) tokens)
                .allSatisfy(token ->
                        assertThat(token.getBytes(StandardCharsets.UTF_8)).hasSizeLessThanOrEqualTo(4));
        assertThat(String.join("", Tokens.split(text))).isEqualTo(text);
    }
}

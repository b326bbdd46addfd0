package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonCursorTest {

    /** Jackson is the second opinion on what is JSON. */
    @Nested
    class AgreesWithJackson {
        @Test
        void on_the_tokens_and_texts_of_valid_documents() {
            Seeds.each(20_000, random -> {
                byte[] document = new RandomJson(random).document().getBytes(UTF_8);
                assertThat(tokens(document))
                        .as(() -> show(document))
                        .isEqualTo(Jackson.tokens(document).orElseThrow());
            });
        }

        @Test
        void on_which_damaged_documents_are_valid() {
            int[] accepted = {0};
            int cases = Seeds.each(100_000, random -> {
                byte[] document = damaged(new RandomJson(random).document().getBytes(UTF_8), random);
                boolean valid = isValid(document);
                assertThat(valid).as(() -> show(document)).isEqualTo(Jackson.isValid(document));
                accepted[0] += valid ? 1 : 0;
            });
            // Both answers were asked for often.
            assertThat(accepted[0]).isBetween(cases / 10, cases - cases / 10);
        }

        @Test
        void on_every_document_of_up_to_four_telling_characters() {
            byte[] telling = "{}[],:\"\\0-1.e ntu\n\u0001".getBytes(US_ASCII);
            for (int length = 0; length <= 4; length++) {
                int documents = (int) Math.pow(telling.length, length);
                for (int number = 0; number < documents; number++) {
                    byte[] document = new byte[length];
                    for (int i = 0, rest = number; i < length; i++, rest /= telling.length) {
                        document[i] = telling[rest % telling.length];
                    }
                    if (isValid(document) != Jackson.isValid(document)) {
                        throw new AssertionError("disagree on " + show(document));
                    }
                }
            }
        }

        @Test
        void on_how_deep_containers_may_be_nested() {
            for (int levels = 120; levels <= 136; levels++) {
                byte[] arrays = ("[".repeat(levels) + "]".repeat(levels)).getBytes(US_ASCII);
                byte[] objects = ("{\"a\":".repeat(levels) + "1" + "}".repeat(levels)).getBytes(US_ASCII);
                boolean allowed = levels <= JsonCursor.MAX_DEPTH;
                assertThat(List.of(isValid(arrays), isValid(objects))).containsOnly(allowed);
                assertThat(List.of(Jackson.isValid(arrays), Jackson.isValid(objects)))
                        .containsOnly(allowed);
            }
        }

        /** One to three changes, each of which may make a document invalid, or other, or leave it valid. */
        private static byte[] damaged(byte[] document, Random random) {
            byte[] damaged = document;
            int changes = 1 + random.nextInt(3);
            for (int i = 0; i < changes; i++) {
                int at = random.nextInt(damaged.length + 1);
                damaged = switch (random.nextInt(5)) {
                    case 0 -> Arrays.copyOf(damaged, at);
                    case 1 -> without(damaged, at, at + 1);
                    case 2 -> with(damaged, at, telling(random));
                    case 3 -> with(without(damaged, at, at + 1), at, telling(random));
                    default -> with(without(damaged, at, at + 1), at, (byte) random.nextInt(256));
                };
            }
            return damaged;
        }

        private static byte telling(Random random) {
            String telling = "{}[],:\"\\ 0123-+.eEtrufalsn\n\t";
            return (byte) telling.charAt(random.nextInt(telling.length()));
        }
    }

    @Nested
    class Places {
        @Test
        void tokens_and_the_blanks_commas_and_colons_between_them_make_up_the_document() {
            Seeds.each(5_000, random -> {
                byte[] document = new RandomJson(random).document().getBytes(UTF_8);
                JsonCursor cursor = new JsonCursor(document);
                int end = 0;
                do {
                    Token token = cursor.next();
                    String gap = new String(document, end, cursor.tokenStart() - end, UTF_8);
                    assertThat(gap).matches("[ \\t\\r\\n]*[,:]?[ \\t\\r\\n]*");
                    end = cursor.tokenEnd();
                    if (token == Token.END) {
                        break;
                    }
                } while (true);
                assertThat(end).isEqualTo(document.length);
            });
        }

        @Test
        void what_a_token_cuts_out_is_its_value() {
            Seeds.each(5_000, random -> {
                byte[] document = new RandomJson(random).document().getBytes(UTF_8);
                JsonCursor cursor = new JsonCursor(document);
                for (Token token = cursor.next(); token != Token.END; token = cursor.next()) {
                    byte[] cut = Arrays.copyOfRange(document, cursor.tokenStart(), cursor.tokenEnd());
                    switch (token) {
                        case OBJECT_START -> assertThat(cut).isEqualTo(new byte[] {'{'});
                        case OBJECT_END -> assertThat(cut).isEqualTo(new byte[] {'}'});
                        case ARRAY_START -> assertThat(cut).isEqualTo(new byte[] {'['});
                        case ARRAY_END -> assertThat(cut).isEqualTo(new byte[] {']'});
                        case NAME, STRING ->
                            assertThat(Jackson.tokens(cut)).hasValue(List.of("STRING " + cursor.text(), "END"));
                        case NUMBER, TRUE, FALSE, NULL ->
                            assertThat(tokens(cut))
                                    .isEqualTo(Jackson.tokens(cut).orElseThrow());
                        case END -> throw new AssertionError("the loop ends before");
                    }
                }
            });
        }

        @Test
        void a_document_may_lie_within_a_larger_array_of_which_nothing_else_is_read() {
            Seeds.each(5_000, random -> {
                byte[] document = new RandomJson(random).document().getBytes(UTF_8);
                int before = random.nextInt(20);
                byte[] larger = new byte[before + document.length + random.nextInt(20)];
                random.nextBytes(larger);
                System.arraycopy(document, 0, larger, before, document.length);

                JsonCursor inside = new JsonCursor(larger, before, before + document.length);
                JsonCursor alone = new JsonCursor(document);
                Token token;
                do {
                    token = alone.next();
                    assertThat(inside.next()).isEqualTo(token);
                    assertThat(inside.tokenStart()).isEqualTo(before + alone.tokenStart());
                    assertThat(inside.tokenEnd()).isEqualTo(before + alone.tokenEnd());
                } while (token != Token.END);
            });
        }
    }

    /** Text is passed eight bytes at a time; what ends a string must be seen at every place in those eight. */
    @Nested
    class Strings {
        @Test
        void end_where_they_end_wherever_the_eight_bytes_lie() {
            for (int offset = 0; offset < 8; offset++) {
                for (int length = 0; length <= 40; length++) {
                    byte[] bytes = (" ".repeat(offset) + '"' + "x".repeat(length) + "\" ").getBytes(US_ASCII);
                    JsonCursor cursor = new JsonCursor(bytes);
                    assertThat(cursor.next()).isEqualTo(Token.STRING);
                    assertThat(cursor.textLength()).isEqualTo(length);
                    assertThat(cursor.next()).isEqualTo(Token.END);
                }
            }
        }

        @Test
        void stop_at_every_byte_that_may_not_stand_in_them_and_at_no_other() {
            for (int value = 0; value < 256; value++) {
                boolean stops = value < 0x20 || value == '"' || value == '\\';
                for (int length = 1; length <= 24; length++) {
                    for (int place = 0; place < length; place++) {
                        byte[] bytes = ('"' + "x".repeat(length) + '"').getBytes(US_ASCII);
                        bytes[1 + place] = (byte) value;
                        if (isValid(bytes) == stops) {
                            throw new AssertionError("byte " + value + " at " + place + " of " + length);
                        }
                    }
                }
            }
        }

        @Test
        void may_have_escapes_at_every_place() {
            for (int length = 0; length <= 24; length++) {
                for (int place = 0; place <= length; place++) {
                    String text = "x".repeat(place) + "\\u0022" + "x".repeat(length - place);
                    JsonCursor cursor = new JsonCursor(('"' + text + '"').getBytes(US_ASCII));
                    assertThat(cursor.next()).isEqualTo(Token.STRING);
                    assertThat(cursor.isEscaped()).isTrue();
                    assertThat(cursor.text()).isEqualTo("x".repeat(place) + '"' + "x".repeat(length - place));
                }
            }
        }

        @Test
        void are_compared_by_what_they_say_not_by_how_it_is_written() {
            JsonCursor cursor =
                    new JsonCursor("[\"model\",\"mod\\u0065l\",\"modem\",\"mod\\u0065m\"]".getBytes(US_ASCII));
            byte[] model = "model".getBytes(US_ASCII);
            cursor.next();
            for (boolean same : new boolean[] {true, true, false, false}) {
                cursor.next();
                assertThat(cursor.textIs(model)).isEqualTo(same);
            }
        }

        @Test
        void may_have_bytes_that_are_no_text_which_others_may_refuse() {
            assertThat(isValid(new byte[] {'"', (byte) 0xff, (byte) 0xc0, '"'})).isTrue();
        }
    }

    @Nested
    class Numbers {
        @ParameterizedTest
        @CsvSource(textBlock = """
                0,                    0
                7,                    7
                2147483648,           2147483648
                9223372036854775807,  9223372036854775807
                """)
        void that_are_whole_are_read_exactly(String written, long value) {
            assertThat(number(written).wholeNumber()).isEqualTo(value);
        }

        @ParameterizedTest
        @ValueSource(
                strings = {
                    "-1",
                    "-0",
                    "1.0",
                    "1e3",
                    "0.5",
                    "9223372036854775808",
                    "9999999999999999999",
                    "10000000000000000000",
                    "123456789012345678901234567890"
                })
        void that_are_not_whole_or_too_large_are_negative(String written) {
            assertThat(number(written).wholeNumber()).isNegative();
        }

        @Test
        void may_have_fractions() {
            assertThat(number("8.47").decimal()).isEqualTo(8.47);
            assertThat(number("1e400").decimal()).isInfinite();
        }

        private static JsonCursor number(String written) {
            JsonCursor cursor = new JsonCursor(written.getBytes(US_ASCII));
            assertThat(cursor.next()).isEqualTo(Token.NUMBER);
            return cursor;
        }
    }

    @Nested
    class Skipping {
        @Test
        void after_a_name_passes_over_its_value() {
            Seeds.each(5_000, random -> {
                String value = new RandomJson(random).value();
                JsonCursor cursor = new JsonCursor(("{\"a\":" + value + ",\"b\":1}").getBytes(UTF_8));
                cursor.next();
                assertThat(cursor.next()).isEqualTo(Token.NAME);
                cursor.skip();
                assertThat(cursor.next()).isEqualTo(Token.NAME);
                assertThat(cursor.text()).isEqualTo("b");
                assertThat(cursor.depth()).isEqualTo(1);
            });
        }

        @Test
        void after_a_containers_start_passes_over_its_rest() {
            Seeds.each(5_000, random -> {
                String value = new RandomJson(random).value();
                JsonCursor cursor = new JsonCursor(("[[" + value + "],{\"a\":" + value + "},7]").getBytes(UTF_8));
                cursor.next();
                assertThat(cursor.next()).isEqualTo(Token.ARRAY_START);
                cursor.skip();
                assertThat(cursor.next()).isEqualTo(Token.OBJECT_START);
                cursor.skip();
                assertThat(cursor.next()).isEqualTo(Token.NUMBER);
                assertThat(cursor.wholeNumber()).isEqualTo(7);
            });
        }

        @Test
        void does_not_pass_over_mistakes() {
            JsonCursor cursor = new JsonCursor("{\"a\":[1,{\"b\":tru}],\"c\":1}".getBytes(US_ASCII));
            cursor.next();
            cursor.next();
            assertThatThrownBy(cursor::skip).isInstanceOf(InvalidJson.class);
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            {"a" 1}     | expected ':' at byte 5
            {"a":1 "b"} | expected ',' or '}' at byte 7
            [1 2]       | expected ',' or ']' at byte 3
            {a:1}       | expected a member name at byte 1
            [1,]        | expected a value at byte 3
            [1.]        | expected a digit at byte 3
            ["\\x"]     | unknown escape at byte 3
            ["\\u12g4"] | expected four hexadecimal digits at byte 3
            {"a":       | unexpected end at byte 5
            {} {}       | expected nothing after the document at byte 3
            """)
    void a_mistake_is_told_with_its_place(String document, String told) {
        String written = document.replace("\\\\", "\\");
        assertThatThrownBy(() -> tokens(written.getBytes(US_ASCII)))
                .isInstanceOf(InvalidJson.class)
                .hasMessage(told);
    }

    private static List<String> tokens(byte[] document) {
        JsonCursor cursor = new JsonCursor(document);
        List<String> tokens = new ArrayList<>();
        Token token;
        do {
            token = cursor.next();
            tokens.add(
                    switch (token) {
                        case NAME, STRING -> token + " " + cursor.text();
                        case NUMBER ->
                            token + " "
                                    + new String(
                                            document,
                                            cursor.tokenStart(),
                                            cursor.tokenEnd() - cursor.tokenStart(),
                                            US_ASCII);
                        default -> token.toString();
                    });
        } while (token != Token.END);
        return tokens;
    }

    private static boolean isValid(byte[] document) {
        JsonCursor cursor = new JsonCursor(document);
        try {
            Token token;
            do {
                token = cursor.next();
            } while (token != Token.END);
            return true;
        } catch (InvalidJson e) {
            return false;
        }
    }

    private static byte[] with(byte[] bytes, int at, byte inserted) {
        int place = Math.min(at, bytes.length);
        byte[] longer = new byte[bytes.length + 1];
        System.arraycopy(bytes, 0, longer, 0, place);
        longer[place] = inserted;
        System.arraycopy(bytes, place, longer, place + 1, bytes.length - place);
        return longer;
    }

    private static byte[] without(byte[] bytes, int from, int to) {
        if (to > bytes.length) {
            return bytes;
        }
        byte[] shorter = Arrays.copyOf(bytes, bytes.length - (to - from));
        System.arraycopy(bytes, to, shorter, from, bytes.length - to);
        return shorter;
    }

    private static String show(byte[] document) {
        return new String(document, ISO_8859_1);
    }
}

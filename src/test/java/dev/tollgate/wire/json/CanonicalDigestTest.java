package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testkit.RandomJson;
import dev.tollgate.testkit.Seeds;
import java.math.BigDecimal;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CanonicalDigestTest {
    private static final CanonicalDigest DIGEST = new CanonicalDigest();

    private static String of(String json) {
        return of(json, NameSet.of());
    }

    private static String of(String json, NameSet leftOut) {
        byte[] bytes = json.getBytes(UTF_8);
        return HexFormat.of()
                .formatHex(DIGEST.json(bytes, 0, bytes.length, leftOut).digest());
    }

    @Nested
    class Is_the_same {
        @Test
        void however_a_document_is_written() {
            Seeds.each(3_000, random -> {
                Object value = new Values(random).value(0);
                assertThat(of(new Writer(random).write(value))).isEqualTo(of(new Writer(random).write(value)));
            });
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                {"a":1,"b":2}         | {"b":2,"a":1}
                {"a":1}               | { "a" : 1 }
                {"a":"é"}             | {"a":"\\u00e9"}
                {"a":"/"}             | {"a":"\\/"}
                {"a":"😀"}            | {"a":"\\ud83d\\uDE00"}
                {"\\u0061":1}         | {"a":1}
                [0,0,0,0]             | [-0,0.0,0e5,-0.00E-7]
                [1,100,0.5,-12]       | [1.0,1e2,5E-1,-1.20e1]
                [1e30]                | [1000000000000000000000000000000]
                """)
        void for_these(String one, String other) {
            assertThat(of(one)).isEqualTo(of(other));
        }

        @Test
        void for_objects_of_many_members_in_any_order() {
            List<String> members = new ArrayList<>();
            for (int i = 0; i < 1_000; i++) {
                members.add("\"member" + i + "\":{\"b\":[" + i + "],\"a\":null}");
            }
            String ordered = of("{" + String.join(",", members) + "}");
            Collections.shuffle(members, new Random(1));
            assertThat(of("{" + String.join(",", members) + "}")).isEqualTo(ordered);
        }

        @Test
        void whatever_the_members_that_are_left_out_at_the_top() {
            NameSet leftOut = NameSet.of("user", "stream");
            String without = of("{\"a\":{\"user\":1}}", leftOut);
            assertThat(of("{\"user\":{\"x\":[1]},\"a\":{\"user\":1},\"\\u0073tream\":true}", leftOut))
                    .isEqualTo(without);
            assertThat(of("{\"a\":{\"user\":2}}", leftOut)).isNotEqualTo(without);
        }
    }

    @Nested
    class Differs {
        @Test
        void for_values_that_differ() {
            Seeds.each(3_000, random -> {
                Object value = new Values(random).value(0);
                Object other = random.nextBoolean() ? new Values(random).value(0) : changed(value, random);
                String one = of(new Writer(random).write(value));
                if (value == null ? other == null : value.equals(other)) {
                    assertThat(of(new Writer(random).write(other))).isEqualTo(one);
                } else {
                    assertThat(of(new Writer(random).write(other))).isNotEqualTo(one);
                }
            });
        }

        @ParameterizedTest
        @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
                [1,2]                 | [2,1]
                [[1],2]               | [1,[2]]
                [[],[]]               | [[[]]]
                {"a":{"b":1}}         | {"a":{},"b":1}
                {"a":"b"}             | ["a","b"]
                "1"                   | 1
                "true"                | true
                "null"                | null
                ""                    | null
                ["a","b"]             | ["ab",""]
                ["ab"]                | ["a","b"]
                [1,2]                 | [12]
                [0.1]                 | [0.10000000000000001]
                [1e400]               | [1e401]
                ["\\ud800"]           | ["\\ud801"]
                ["\\ud800"]           | ["?"]
                ["\\u0000"]           | [""]
                {"a":1,"a":2}         | {"a":2,"a":1}
                {"a":1}               | {"a":1,"a":1}
                {"a":null}            | {}
                """)
        void for_these(String one, String other) {
            assertThat(of(one)).isNotEqualTo(of(other));
        }

        @Test
        void by_what_was_told_before_a_document() {
            byte[] document = "[]".getBytes(UTF_8);
            byte[] one = DIGEST.text("a")
                    .text("b")
                    .json(document, 0, 2, NameSet.of())
                    .digest();
            byte[] other = DIGEST.text("ab")
                    .text(null)
                    .json(document, 0, 2, NameSet.of())
                    .digest();
            assertThat(one).isNotEqualTo(other);
        }
    }

    @Test
    void is_SHA_256_over_one_written_form() throws NoSuchAlgorithmException {
        byte[] canonical = "OS\0\0\0\1aAN1e1;S\0\0\0\1xTF0ZS\0\0\0\1bOZZ".getBytes(UTF_8);
        byte[] expected = MessageDigest.getInstance("SHA-256").digest(canonical);
        assertThat(of("{\"b\":{},\"a\":[10,\"x\",true,false,null]}"))
                .isEqualTo(HexFormat.of().formatHex(expected));
    }

    @Test
    void reads_long_texts_and_many_values() {
        String text = "x".repeat(100_000);
        String numbers = "1,".repeat(100_000) + "1";
        String json = "{\"t\":\"" + text + "\",\"n\":[" + numbers + "]}";
        assertThat(of(json)).isEqualTo(of(json.replace(",", " , "))).isNotEqualTo(of(json.replace("xx", "xy")));
    }

    @Test
    void refuses_what_is_no_JSON_and_goes_on_with_the_next() {
        String before = of("{}");
        assertThatThrownBy(() -> of("{\"a\":")).isInstanceOf(InvalidJson.class);
        DIGEST.reset();
        assertThat(of("{}")).isEqualTo(before);
    }

    @Test
    void takes_any_document_that_the_cursor_takes() {
        Seeds.each(2_000, random -> {
            String document = new RandomJson(random).document();
            assertThat(of(document)).isEqualTo(of(" " + document + "\n"));
        });
    }

    /** The same with one value of it replaced, or the value itself. */
    private static @Nullable Object changed(@Nullable Object value, Random random) {
        if (value instanceof List<?> list && !list.isEmpty()) {
            List<@Nullable Object> copy = new ArrayList<>(list);
            int at = random.nextInt(copy.size());
            copy.set(at, changed(copy.get(at), random));
            return copy;
        }
        if (value instanceof Map<?, ?> map && !map.isEmpty()) {
            Map<Object, @Nullable Object> copy = new LinkedHashMap<>(map);
            Object name = copy.keySet().stream()
                    .skip(random.nextInt(copy.size()))
                    .findFirst()
                    .orElseThrow();
            copy.put(name, changed(copy.get(name), random));
            return copy;
        }
        return value instanceof String text ? text + "!" : "changed";
    }

    /** Makes values: maps, lists, texts, numbers without zeros at their end, booleans and null. */
    private record Values(Random random) {
        private static final String[] TEXTS = {
            "",
            "a",
            "role",
            "user",
            "é",
            "😀",
            "\ud83d",
            "\ude00x",
            "\"\\/",
            "\n\t\u0000",
            "1",
            "true",
            "null",
            "€".repeat(30)
        };

        @Nullable
        Object value(int depth) {
            return switch (random.nextInt(depth < 4 ? 8 : 5)) {
                case 0 -> null;
                case 1 -> random.nextBoolean();
                case 2 -> number();
                case 3, 4 -> text();
                case 5 -> {
                    List<@Nullable Object> list = new ArrayList<>();
                    for (int i = random.nextInt(4); i > 0; i--) {
                        list.add(value(depth + 1));
                    }
                    yield list;
                }
                default -> {
                    Map<String, @Nullable Object> map = new LinkedHashMap<>();
                    for (int i = random.nextInt(random.nextInt(10) == 0 ? 30 : 5); i > 0; i--) {
                        map.put(text() + i, value(depth + 1));
                    }
                    yield map;
                }
            };
        }

        private BigDecimal number() {
            BigDecimal number = new BigDecimal(
                    java.math.BigInteger.valueOf(random.nextInt(3) == 0 ? random.nextLong() : random.nextInt(20) - 10),
                    random.nextInt(9) - 4);
            return number.signum() == 0 ? BigDecimal.ZERO : number.stripTrailingZeros();
        }

        private String text() {
            return TEXTS[random.nextInt(TEXTS.length)];
        }
    }

    /** Writes a value in any of the ways in which it can be written. */
    private record Writer(Random random) {
        String write(@Nullable Object value) {
            RandomJson blanks = new RandomJson(random);
            String written = switch (value) {
                case null -> "null";
                case String text -> text(text);
                case BigDecimal number -> number(number);
                case List<?> list -> {
                    List<String> elements = new ArrayList<>();
                    list.forEach(element -> elements.add(write(element)));
                    yield "[" + String.join(",", elements) + blanks.blank() + "]";
                }
                case Map<?, ?> map -> {
                    List<String> members = new ArrayList<>();
                    map.forEach((name, member) ->
                            members.add(blanks.blank() + text((String) name) + blanks.blank() + ":" + write(member)));
                    Collections.shuffle(members, random);
                    yield "{" + String.join(",", members) + blanks.blank() + "}";
                }
                default -> value.toString();
            };
            return blanks.blank() + written + blanks.blank();
        }

        private String number(BigDecimal number) {
            if (number.signum() == 0) {
                return List.of("0", "-0", "0.00", "0e7").get(random.nextInt(4));
            }
            return switch (random.nextInt(4)) {
                case 0 -> number.toPlainString();
                case 1 -> number.toString();
                case 2 -> number.unscaledValue() + "e" + -number.scale();
                default ->
                    number.unscaledValue() + "0.0" + "E" + (-number.scale() - 1 < 0 ? "" : "+") + (-number.scale() - 1);
            };
        }

        private String text(String text) {
            StringBuilder written = new StringBuilder("\"");
            for (int i = 0; i < text.length(); i++) {
                char c = text.charAt(i);
                boolean isPair = Character.isHighSurrogate(c)
                        && i + 1 < text.length()
                        && Character.isLowSurrogate(text.charAt(i + 1));
                if (isPair && random.nextBoolean()) {
                    written.append(c).append(text.charAt(++i));
                } else if (isPair) {
                    written.append(unit(c)).append(unit(text.charAt(++i)));
                } else if (Character.isSurrogate(c) || c < ' ' || random.nextInt(4) == 0) {
                    written.append(unit(c));
                } else if (c == '"' || c == '\\') {
                    written.append('\\').append(c);
                } else if (c == '/' && random.nextBoolean()) {
                    written.append("\\/");
                } else {
                    written.append(c);
                }
            }
            return written.append('"').toString();
        }

        private String unit(char c) {
            String hex = "%04x".formatted((int) c);
            return "\\u" + (random.nextBoolean() ? hex : hex.toUpperCase(java.util.Locale.ROOT));
        }
    }
}

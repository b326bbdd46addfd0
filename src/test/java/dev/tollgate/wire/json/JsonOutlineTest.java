package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JsonOutlineTest {

    @ParameterizedTest(name = "{0} is {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '\'', textBlock = """
            {"data":[1,2],"usage":{"a":1}}          | {"data":[],"usage":{"a":1}}
            {"data":[{"b":[[1]]},[]],"c":"d"}       | {"data":[],"c":"d"}
            {"a":"[","b":["]","\\"]"],"c":"]"}      | {"a":"[","b":[],"c":"]"}
            {"a":"\\\\","b":["\\\\"],"c":"\\"[\\""} | {"a":"\\\\","b":[],"c":"\\"[\\""}
            {"a":{"b":[1],"c":2}}                   | {"a":{"b":[],"c":2}}
            []                                      | []
            {"a":1}                                 | {"a":1}
            {"a":[1,2                               | {"a":[
            ]{                                      | ]{
            """)
    void leaves_out_what_stands_in_arrays_wherever_the_pieces_end(String document, String outline) {
        byte[] bytes = document.getBytes(UTF_8);
        for (int size = 1; size <= bytes.length; size++) {
            JsonOutline whole = new JsonOutline(1_000);
            for (int at = 0; at < bytes.length; at += size) {
                whole.feed(bytes, at, Math.min(bytes.length, at + size));
            }
            assertThat(new String(whole.toBytes(), UTF_8)).isEqualTo(outline);
        }
    }

    @Test
    void keeps_up_to_its_bound_and_nothing_beyond() {
        assertThat(outlineOf("x".repeat(5_000), 5_000)).hasSize(5_000);
        assertThat(outlineOf("x".repeat(5_001), 5_000)).isEmpty();
        assertThat(outlineOf("[" + "x".repeat(50_000) + "]", 2)).hasSize(2);
    }

    @Test
    void stays_empty_once_it_was_too_large() {
        JsonOutline outline = new JsonOutline(3);
        byte[] piece = {'a', 'b'};
        outline.feed(piece, 0, 2);
        outline.feed(piece, 0, 2);
        outline.feed(piece, 0, 1);
        assertThat(outline.toBytes()).isEmpty();
    }

    private static byte[] outlineOf(String document, int bytesMax) {
        JsonOutline outline = new JsonOutline(bytesMax);
        outline.feed(document.getBytes(UTF_8), 0, document.length());
        return outline.toBytes();
    }
}

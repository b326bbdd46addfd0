package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.vertx.core.buffer.Buffer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SchemaSampleTest {
    @ParameterizedTest(name = "{0} gives {1}")
    @CsvSource(delimiter = '|', quoteCharacter = '~', textBlock = """
            {"type":"string"}                                       | "simulated value"
            {"type":"string","enum":["b","a"]}                      | "b"
            {"const":7}                                             | 7
            {"type":"integer"}                                      | 1
            {"type":"integer","minimum":18}                         | 18
            {"type":"integer","exclusiveMinimum":18}                | 19
            {"type":"integer","maximum":-4}                         | -4
            {"type":"integer","exclusiveMaximum":-4}                | -5
            {"type":"integer","minimum":7,"multipleOf":5}           | 10
            {"type":"number"}                                       | 0.5
            {"type":"number","minimum":0.1,"maximum":0.9}           | 0.5
            {"type":"boolean"}                                      | true
            {"type":"null"}                                         | null
            {"type":["string","null"]}                              | "simulated value"
            {"type":"string","format":"date"}                       | "2026-01-31"
            {"type":"string","maxLength":3}                         | "sim"
            {"type":"string","minLength":17}                        | "simulated valuexx"
            {"type":"array","items":{"type":"integer"}}             | [1]
            {"type":"array","items":{"type":"integer"},"minItems":3} | [1,1,1]
            {"type":"array","items":{"type":"integer"},"maxItems":0} | []
            {"anyOf":[{"type":"integer"},{"type":"string"}]}        | 1
            {"properties":{"a":{"type":"boolean"}}}                 | {"a":true}
            {}                                                      | "simulated value"
            """)
    void satisfies(String schema, String value) {
        assertThat(sample(schema)).isEqualTo(value);
    }

    @Test
    void fills_nested_objects_with_definitions() {
        assertThat(sample("""
                {"type":"object","$defs":{"step":{"type":"object","properties":{"text":{"type":"string"}}}},
                 "properties":{"title":{"type":"string"},"steps":{"type":"array","items":{"$ref":"#/$defs/step"}},
                               "next":{"anyOf":[{"$ref":"#/$defs/step"},{"type":"null"}]}}}
                """))
                .isEqualTo("{\"title\":\"simulated title\",\"steps\":[{\"text\":\"simulated text\"}],"
                        + "\"next\":{\"text\":\"simulated text\"}}");
    }

    @Test
    void merges_all_of_several_schemas() {
        assertThat(sample("""
                {"allOf":[{"type":"object","properties":{"a":{"type":"integer"}}},
                          {"properties":{"b":{"type":"boolean"}}}]}
                """)).isEqualTo("{\"a\":1,\"b\":true}");
    }

    @Test
    void ends_recursion_where_it_can() {
        assertThat(sample("""
                {"type":"object","required":["value","next"],"properties":{"value":{"type":"integer"},
                 "next":{"anyOf":[{"$ref":"#"},{"type":"null"}]}}}
                """))
                .startsWith("{\"value\":1,\"next\":{\"value\":1,\"next\":")
                .endsWith("\"next\":null}".concat("}".repeat(2)));
        assertThat(
                        sample(
                                "{\"type\":\"object\",\"properties\":{\"children\":{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}}}}"))
                .contains("\"children\":[]");
    }

    @Test
    void refuses_a_schema_without_a_finite_value() {
        assertThatThrownBy(() -> sample("{\"type\":\"object\",\"required\":[\"self\"],"
                        + "\"properties\":{\"self\":{\"$ref\":\"#\"}}}"))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining("no finite value");
        assertThatThrownBy(() -> sample("{\"$ref\":\"#/$defs/none\"}"))
                .isInstanceOf(ApiError.class)
                .hasMessageContaining("#/$defs/none");
    }

    private static String sample(String schema) {
        return SchemaSample.of(Json.parse(Buffer.buffer(schema))).toString();
    }
}

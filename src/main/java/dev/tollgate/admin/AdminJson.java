package dev.tollgate.admin;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.StreamWriteFeature;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.MapperFeature;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.cfg.CoercionAction;
import com.fasterxml.jackson.databind.cfg.CoercionInputShape;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdSerializer;
import com.fasterxml.jackson.databind.type.LogicalType;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import dev.tollgate.kernel.Money;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;

/**
 * The JSON of administration. It is read strictly: unknown members, members given twice, other types than expected and
 * whatever follows the document are refused. Names are in snake_case, times in RFC 3339 in UTC, money in decimal strings
 * of dollars. Of an {@code Optional} component of a record null means absent, and empty that null was given.
 */
public final class AdminJson {
    private static final int DEPTH_MAX = 64;

    static final ObjectMapper MAPPER = mapper();

    private AdminJson() {}

    /** The JSON of a record, as it is answered and kept in the audit log. */
    public static JsonObject object(Object view) {
        return new JsonObject(MAPPER.convertValue(view, new TypeReference<LinkedHashMap<String, Object>>() {}));
    }

    /** JSON as it goes out: decimal numbers with all their digits, and without an exponent. */
    public static String text(Object json) {
        try {
            return MAPPER.writeValueAsString(json);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ObjectMapper mapper() {
        JsonFactory factory = JsonFactory.builder()
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .disable(StreamReadFeature.INCLUDE_SOURCE_IN_LOCATION)
                .enable(StreamWriteFeature.WRITE_BIGDECIMAL_AS_PLAIN)
                .streamReadConstraints(StreamReadConstraints.builder()
                        .maxNestingDepth(DEPTH_MAX)
                        .build())
                .build();
        JsonMapper mapper = JsonMapper.builder(factory)
                .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
                .enable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .enable(DeserializationFeature.FAIL_ON_READING_DUP_TREE_KEY)
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                .enable(DeserializationFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(MapperFeature.ALLOW_COERCION_OF_SCALARS)
                .withCoercionConfig(
                        LogicalType.Textual,
                        text -> text.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail))
                .serializationInclusion(JsonInclude.Include.ALWAYS)
                .addModule(new Jdk8Module().configureReadAbsentAsNull(true))
                .addModule(values())
                .build();
        return mapper;
    }

    private static SimpleModule values() {
        SimpleModule values = new SimpleModule("tollgate");
        values.addSerializer(new StdSerializer<>(Money.class) {
            @Override
            public void serialize(Money money, JsonGenerator json, SerializerProvider all) throws IOException {
                json.writeString(money.toDollars());
            }
        });
        values.addDeserializer(Money.class, new StdDeserializer<>(Money.class) {
            @Override
            public Money deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return read(json, context, Money::dollars, "a decimal string of dollars: \"12.50\"");
            }
        });
        values.addSerializer(new StdSerializer<>(Instant.class) {
            @Override
            public void serialize(Instant time, JsonGenerator json, SerializerProvider all) throws IOException {
                json.writeString(time.toString());
            }
        });
        values.addDeserializer(Instant.class, new StdDeserializer<>(Instant.class) {
            @Override
            public Instant deserialize(JsonParser json, DeserializationContext context) throws IOException {
                return read(
                        json,
                        context,
                        text -> OffsetDateTime.parse(text).toInstant(),
                        "a time of RFC 3339: \"2026-11-01T00:00:00Z\"");
            }
        });
        return values;
    }

    private interface Reading<T> {
        T of(String text);
    }

    private static <T> T read(JsonParser json, DeserializationContext context, Reading<T> reading, String expected)
            throws IOException {
        if (json.hasToken(JsonToken.VALUE_STRING)) {
            try {
                return reading.of(json.getText());
            } catch (DateTimeException | IllegalArgumentException | ArithmeticException e) {
                throw JsonMappingException.from(json, "expected: " + expected);
            }
        }
        throw JsonMappingException.from(json, "expected: " + expected);
    }
}

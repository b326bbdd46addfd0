package dev.tollgate.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What may be kept as metadata: PostgreSQL's JSON has no NUL, and no numbers with a million digits. */
final class Metadata {
    static final int BYTES_MAX = 16 * 1024;
    private static final int NUMBER_DIGITS_MAX = 400;

    private Metadata() {}

    static boolean isStorable(JsonObject json) {
        return isStorable(json.getMap()) && json.encode().getBytes(UTF_8).length <= BYTES_MAX;
    }

    private static boolean isStorable(@Nullable Object value) {
        return switch (value) {
            case Map<?, ?> object ->
                object.entrySet().stream()
                        .allMatch(member -> isStorable(member.getKey()) && isStorable(member.getValue()));
            case List<?> array -> array.stream().allMatch(Metadata::isStorable);
            case String text -> text.indexOf('\0') < 0;
            case BigDecimal number ->
                Math.abs((long) number.scale()) <= NUMBER_DIGITS_MAX && number.precision() <= NUMBER_DIGITS_MAX;
            case null, default -> true;
        };
    }
}

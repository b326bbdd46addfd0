package dev.tollgate.settings;

import dev.tollgate.kernel.Money;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.List;
import java.util.function.Function;

/** How values of a type stand in JSON, exactly: decimals are strings there. */
record Form<T>(Function<Object, T> reading, Function<T, Object> writing) {
    static final Form<Boolean> FLAG = new Form<>(Boolean.class::cast, flag -> flag);
    static final Form<Long> COUNT = new Form<>(json -> ((Number) json).longValue(), count -> count);
    static final Form<Money> MONEY = new Form<>(json -> Money.dollars((String) json), Money::toDollars);
    static final Form<BigDecimal> DECIMAL =
            new Form<>(json -> new BigDecimal((String) json), BigDecimal::toPlainString);
    static final Form<String> TEXT = new Form<>(String.class::cast, text -> text);
    static final Form<JsonObject> OBJECT = new Form<>(JsonObject.class::cast, JsonObject::copy);
    static final Form<ModelNames> MODELS = new Form<>(
            json -> ModelNames.of(
                    ((JsonArray) json).stream().map(String.class::cast).toList()),
            models -> new JsonArray(List.copyOf(models.patterns())));

    T read(Object json) {
        return reading.apply(json);
    }

    Object write(T value) {
        return writing.apply(value);
    }
}

package dev.tollgate.settings;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One thing that can be set for a feature: its name, what holds where nobody sets it, how it is inherited, and which
 * values it may have. All that inherits, compares, stores and shows settings goes through {@link #ALL}.
 */
public final class Setting<T> {
    public static final long COUNT_MAX = 1_000_000_000_000L;
    public static final int PRIORITY_MAX = 100;
    public static final int PROMPT_BYTES_MAX = 32 * 1024;
    public static final BigDecimal TEMPERATURE_MAX = BigDecimal.TWO;
    private static final int DECIMALS_MAX = 6;

    /** Whether requests of the feature are served. */
    public static final Setting<Boolean> ENABLED = new Setting<>(
            "enabled", true, Narrowing.<Boolean>atMost(Comparator.naturalOrder()), Form.FLAG, "", _ -> true);

    public static final Setting<Long> REQUESTS_PER_MINUTE = count("requests_per_minute", 60L);
    public static final Setting<Long> REQUESTS_PER_DAY = count("requests_per_day", 1_000L);

    /** What the organization is charged at most per day. */
    public static final Setting<Money> COST_PER_DAY = new Setting<>(
            "cost_per_day",
            Money.dollars("50"),
            Narrowing.<Money>atMost(Comparator.naturalOrder()),
            Form.MONEY,
            "at least 0",
            money -> money.nanos() >= 0);

    /** Who goes first where there is not room for all: the higher, the earlier. */
    public static final Setting<Long> PRIORITY = new Setting<>(
            "priority",
            1L,
            Narrowing.<Long>atMost(Comparator.naturalOrder()),
            Form.COUNT,
            "0 to " + PRIORITY_MAX,
            priority -> priority >= 0 && priority <= PRIORITY_MAX);

    /** The models that may be used, by the names that callers use; unset narrows nothing. */
    public static final Setting<ModelNames> ALLOWED_MODELS = new Setting<>(
            "allowed_models", null, Narrowing.MODELS, Form.MODELS, ModelNames.EXPECTED, ModelNames::areValid);

    /** The model of requests that name none. */
    public static final Setting<String> DEFAULT_MODEL = new Setting<>(
            "default_model",
            null,
            Narrowing.free(),
            Form.TEXT,
            "the name of one model, without a star",
            model -> ModelNames.isName(model) && model.indexOf('*') < 0);

    public static final Setting<CachePreferences> CACHE = new Setting<>(
            "cache",
            null,
            CachePreferences.NARROWING,
            CachePreferences.FORM,
            CachePreferences.EXPECTED,
            CachePreferences::isValid);

    public static final Setting<RoutingPreferences> ROUTING =
            new Setting<>("routing", null, Narrowing.free(), RoutingPreferences.FORM, "", _ -> true);

    /** What the model is told before anything that the caller says; a client's comes after its organization's. */
    public static final Setting<String> SYSTEM_PROMPT = new Setting<>(
            "system_prompt",
            null,
            Narrowing.JOINED,
            Form.TEXT,
            "1 to " + PROMPT_BYTES_MAX + " bytes of UTF-8, not blank, without U+0000",
            text -> !text.isBlank()
                    && text.indexOf('\0') < 0
                    && UTF_8.newEncoder().canEncode(text)
                    && text.getBytes(UTF_8).length <= PROMPT_BYTES_MAX);

    /** The temperature of requests that have none. */
    public static final Setting<BigDecimal> TEMPERATURE = new Setting<>(
            "temperature",
            null,
            Narrowing.free(),
            Form.DECIMAL,
            "0 to " + TEMPERATURE_MAX + " with at most " + DECIMALS_MAX + " decimals",
            number -> number.signum() >= 0
                    && number.compareTo(TEMPERATURE_MAX) <= 0
                    && number.stripTrailingZeros().scale() <= DECIMALS_MAX);

    /** The most output tokens that a request may ask for per answer, and what one asks for that says nothing. */
    public static final Setting<Long> OUTPUT_CAP = new Setting<>(
            "output_cap",
            null,
            Narrowing.<Long>atMost(Comparator.naturalOrder()),
            Form.COUNT,
            "1 to " + Integer.MAX_VALUE,
            cap -> cap >= 1 && cap <= Integer.MAX_VALUE);

    /** Whatever is to be kept beside the settings; Tollgate does not read it. */
    public static final Setting<JsonObject> METADATA = new Setting<>(
            "metadata",
            null,
            Narrowing.free(),
            Form.OBJECT,
            "an object of at most " + Metadata.BYTES_MAX
                    + " bytes, without U+0000 and without numbers of too many digits",
            Metadata::isStorable);

    /** Every setting, in the order in which they are shown. */
    public static final List<Setting<?>> ALL = List.of(
            ENABLED,
            REQUESTS_PER_MINUTE,
            REQUESTS_PER_DAY,
            COST_PER_DAY,
            PRIORITY,
            ALLOWED_MODELS,
            DEFAULT_MODEL,
            SYSTEM_PROMPT,
            TEMPERATURE,
            OUTPUT_CAP,
            CACHE,
            ROUTING,
            METADATA);

    private final String name;
    private final @Nullable T shipped;
    private final Narrowing<T> narrowing;
    private final Form<T> form;
    private final String expected;
    private final Predicate<T> valid;

    private Setting(
            String name,
            @Nullable T shipped,
            Narrowing<T> narrowing,
            Form<T> form,
            String expected,
            Predicate<T> valid) {
        this.name = name;
        this.shipped = shipped;
        this.narrowing = narrowing;
        this.form = form;
        this.expected = expected;
        this.valid = valid;
    }

    private static Setting<Long> count(String name, Long shipped) {
        return new Setting<>(
                name,
                shipped,
                Narrowing.<Long>atMost(Comparator.naturalOrder()),
                Form.COUNT,
                "1 to " + COUNT_MAX,
                count -> count >= 1 && count <= COUNT_MAX);
    }

    /** Its name in JSON: {@code requests_per_day}. */
    public String label() {
        return name;
    }

    /** What holds where nobody sets it, or null for nothing. */
    public @Nullable T shipped() {
        return shipped;
    }

    Narrowing<T> narrowing() {
        return narrowing;
    }

    /** The value; fails with {@code invalid_value} where it may not have that one. */
    T checked(T value) {
        if (!valid.test(value)) {
            throw new Problem(ProblemCode.INVALID_VALUE, name + ": out of bounds (expected: " + expected + ")", name);
        }
        return value;
    }

    /** A value of what is stored and shown. */
    T read(Object json) {
        return form.read(json);
    }

    /** A value as it is stored and shown. */
    Object write(T value) {
        return form.write(value);
    }

    /** A value as administration shows it. */
    public Object shown(T value) {
        Object json = form.write(value);
        return switch (json) {
            case JsonObject object -> object.getMap();
            case JsonArray array -> array.getList();
            default -> value instanceof BigDecimal ? value : json;
        };
    }

    @Override
    public String toString() {
        return name;
    }
}

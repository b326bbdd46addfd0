package dev.tollgate.pricing;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import java.io.IOException;
import java.io.InputStream;
import java.time.LocalDate;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a price file, whose format {@code docs/prices.md} describes. Strict: whatever it does not understand is refused
 * with {@link IllegalArgumentException} that names the place, because a price that is skipped is money that is lost.
 */
public final class PriceFileReader {
    private static final int BYTES_MAX = 8 << 20;
    private static final ObjectReader JSON = JsonMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build()
            .reader();

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9._-]{1,64}");
    private static final Map<String, ServiceTier> TIERS = tiersByLabel();
    private static final Map<String, Meter> METERS = metersByLabel();
    private static final Map<String, Meter> TOOLS = toolsByLabel();
    private static final Set<String> FILE_FIELDS =
            Set.of("provider", "currency", "version", "source", "from", "tools", "models");
    private static final Set<String> MODEL_FIELDS =
            withTiers("model", "aliases", "max_input", "max_output", "long_context", "verified", "unverified");
    private static final Set<String> LONG_CONTEXT_FIELDS = withTiers("above_input_tokens");

    private final String version;
    private final Rates tools;
    private final Set<String> names = new HashSet<>();

    private PriceFileReader(String version, Rates tools) {
        this.version = version;
        this.tools = tools;
    }

    /**
     * Reads a price file.
     *
     * @param file what error messages call it
     * @throws IOException if the stream fails
     */
    public static PriceFile read(String file, InputStream in) throws IOException {
        JsonPlace root = parse(file, in);
        root.allowOnly(FILE_FIELDS);
        root.get("source").text();
        if (!root.get("currency").text().equals("USD")) {
            throw root.get("currency").expected("USD");
        }
        String provider = name(root.get("provider"));
        String version = provider + "/" + name(root.get("version"));
        JsonPlace tools = root.find("tools");
        Rates toolRates = Rates.of(tools == null ? Map.of() : prices(tools, TOOLS));

        PriceFileReader reader = new PriceFileReader(version, toolRates);
        List<ModelPrice> models = new ArrayList<>();
        for (JsonPlace model : root.get("models").elements()) {
            models.add(reader.model(model));
        }
        JsonPlace from = root.find("from");
        return new PriceFile(provider, version, from == null ? null : date(from), models);
    }

    private static JsonPlace parse(String file, InputStream in) throws IOException {
        byte[] bytes = in.readNBytes(BYTES_MAX + 1);
        if (bytes.length > BYTES_MAX) {
            throw new IllegalArgumentException(file + ": too large (expected: at most " + BYTES_MAX + " bytes)");
        }
        try {
            return JsonPlace.root(file, JSON.readTree(bytes));
        } catch (JsonProcessingException e) {
            String line =
                    e.getLocation() == null ? "" : "line " + e.getLocation().getLineNr() + ": ";
            throw new IllegalArgumentException(file + ": " + line + e.getOriginalMessage(), e);
        }
    }

    private ModelPrice model(JsonPlace place) {
        place.allowOnly(MODEL_FIELDS);
        String model = newName(place.get("model"));
        List<String> aliases = new ArrayList<>();
        JsonPlace aliasList = place.find("aliases");
        if (aliasList != null) {
            aliasList.elements().forEach(alias -> aliases.add(newName(alias)));
        }
        Rates standard = tools.with(prices(place.get(ServiceTier.STANDARD.label()), METERS));
        TierRates rates = new TierRates(tiers(place, standard), null);
        return new ModelPrice(
                version,
                model,
                aliases,
                rates,
                longContext(place.find("long_context"), standard, rates),
                new ModelPrice.Bounds(optionalCount(place, "max_input"), optionalCount(place, "max_output")),
                verified(place));
    }

    private static ModelPrice.@Nullable LongContext longContext(
            @Nullable JsonPlace place, Rates standard, TierRates shortContext) {
        if (place == null) {
            return null;
        }
        place.allowOnly(LONG_CONTEXT_FIELDS);
        Rates longStandard = standard.with(prices(place.get(ServiceTier.STANDARD.label()), METERS));
        return new ModelPrice.LongContext(
                place.get("above_input_tokens").count(), new TierRates(tiers(place, longStandard), shortContext));
    }

    /** The tiers stated at a place; each takes what it does not state from the standard one. */
    private static Map<ServiceTier, Rates> tiers(JsonPlace place, Rates standard) {
        Map<ServiceTier, Rates> tiers = new EnumMap<>(ServiceTier.class);
        TIERS.forEach((label, tier) -> {
            JsonPlace stated = place.find(label);
            if (stated != null) {
                tiers.put(tier, standard.with(prices(stated, METERS)));
            }
        });
        tiers.put(ServiceTier.STANDARD, standard);
        return tiers;
    }

    private static Map<Meter, Long> prices(JsonPlace place, Map<String, Meter> allowed) {
        Map<Meter, Long> prices = new EnumMap<>(Meter.class);
        place.forEach((label, price) -> {
            Meter meter = allowed.get(label);
            if (meter == null) {
                throw price.wrong("unknown meter");
            }
            prices.put(meter, price(price));
        });
        if (prices.isEmpty()) {
            throw place.wrong("no price");
        }
        return prices;
    }

    private static long price(JsonPlace place) {
        String expected = "dollars per million units as a text, >= 0, with at most nine decimals";
        if (!place.node().isTextual()) {
            throw place.expected(expected);
        }
        try {
            long nanos = Money.nanosOf(place.text());
            if (nanos >= 0) {
                return nanos;
            }
        } catch (IllegalArgumentException e) {
            // Answered below together with negative prices, by a message that knows the place.
        }
        throw place.expected(expected);
    }

    private static @Nullable LocalDate verified(JsonPlace model) {
        JsonPlace unverified = model.find("unverified");
        JsonPlace verified = model.find("verified");
        if (unverified != null && (verified != null || !unverified.node().booleanValue())) {
            throw unverified.expected("true, and no verified beside it");
        }
        return verified == null ? null : date(verified);
    }

    private static LocalDate date(JsonPlace place) {
        try {
            return LocalDate.parse(place.text());
        } catch (DateTimeParseException e) {
            throw place.expected("a date such as 2026-11-21");
        }
    }

    private static OptionalLong optionalCount(JsonPlace place, String name) {
        JsonPlace count = place.find(name);
        return count == null ? OptionalLong.empty() : OptionalLong.of(count.count());
    }

    private String newName(JsonPlace place) {
        String name = place.text();
        if (!names.add(name)) {
            throw place.expected("a name that no other model has");
        }
        return name;
    }

    private static String name(JsonPlace place) {
        String name = place.text();
        if (!NAME.matcher(name).matches()) {
            throw place.expected("letters, digits, dots, dashes and underscores, at most 64");
        }
        return name;
    }

    private static Map<String, ServiceTier> tiersByLabel() {
        Map<String, ServiceTier> tiers = new HashMap<>();
        for (ServiceTier tier : ServiceTier.values()) {
            if (tier != ServiceTier.OTHER) {
                tiers.put(tier.label(), tier);
            }
        }
        return Map.copyOf(tiers);
    }

    private static Map<String, Meter> metersByLabel() {
        Map<String, Meter> meters = new HashMap<>();
        for (Meter meter : Meter.values()) {
            meters.put(meter.label(), meter);
        }
        return Map.copyOf(meters);
    }

    /** The meters that cost the same whatever the model; seconds and images never do. */
    private static Map<String, Meter> toolsByLabel() {
        Map<String, Meter> tools = new HashMap<>();
        for (Meter meter : List.of(Meter.WEB_SEARCH, Meter.FILE_SEARCH, Meter.CODE_SESSION)) {
            tools.put(meter.label(), meter);
        }
        return Map.copyOf(tools);
    }

    private static Set<String> withTiers(String... fields) {
        Set<String> all = new HashSet<>(TIERS.keySet());
        all.addAll(List.of(fields));
        return Set.copyOf(all);
    }
}

package dev.tollgate.pricing;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a model is charged at, written out: dollars per million units by place, {@code standard.input} or
 * {@code long_context.batch.output}. Says of two prices whether, and where, they differ.
 */
public final class PriceTable {
    private static final String LONG_CONTEXT = "long_context.";

    private PriceTable() {}

    /** Every bound and price of a model, inherited ones included, in a fixed order. */
    public static Map<String, String> of(ModelPrice price) {
        Map<String, String> table = new LinkedHashMap<>();
        price.maxInputTokens().ifPresent(max -> table.put("max_input", Long.toString(max)));
        price.maxOutputTokens().ifPresent(max -> table.put("max_output", Long.toString(max)));
        add(table, "", price, 0);
        price.longContextAbove().ifPresent(above -> {
            table.put(LONG_CONTEXT + "above_input_tokens", Long.toString(above));
            add(table, LONG_CONTEXT, price, above + 1);
        });
        return table;
    }

    /** The prices of a model as far as a reader wants to see them: of a tier only what is not as in the standard one. */
    public static Map<String, Map<String, String>> brief(ModelPrice price, long inputTokens) {
        Map<String, Map<String, String>> tiers = new LinkedHashMap<>();
        Rates standard = price.rates(ServiceTier.STANDARD, inputTokens);
        for (ServiceTier tier : ServiceTier.values()) {
            Map<String, String> meters = new LinkedHashMap<>();
            addMeters(meters, "", price.rates(tier, inputTokens), tier == ServiceTier.STANDARD ? null : standard);
            if (tier != ServiceTier.OTHER && !meters.isEmpty()) {
                tiers.put(tier.label(), meters);
            }
        }
        return tiers;
    }

    /**
     * Where two prices differ, and what each of them says there; a member that is null says nothing. What differs only
     * because it follows another price that differs is left out.
     */
    public static Map<String, Difference> differences(ModelPrice before, ModelPrice after) {
        Map<String, Difference> all = allDifferences(before, after);
        Map<String, Difference> own = new LinkedHashMap<>();
        all.forEach((place, difference) -> {
            if (!difference.equals(all.get(followed(place))) && !difference.equals(all.get(inStandard(place)))) {
                own.put(place, difference);
            }
        });
        return own;
    }

    /** The place of the meter that a place's meter is priced as, or null. */
    private static @Nullable String followed(String place) {
        int meter = place.lastIndexOf('.') + 1;
        for (Meter each : Meter.values()) {
            Meter pricedAs = each.pricedAs();
            if (pricedAs != null && each.label().equals(place.substring(meter))) {
                return place.substring(0, meter) + pricedAs.label();
            }
        }
        return null;
    }

    /** The place of the standard tier that corresponds to one of another tier, or null. */
    private static @Nullable String inStandard(String place) {
        String[] parts = place.split("\\.");
        int tier = parts.length - 2;
        if (tier < 0 || parts[tier].equals(ServiceTier.STANDARD.label())) {
            return null;
        }
        parts[tier] = ServiceTier.STANDARD.label();
        return String.join(".", parts);
    }

    private static Map<String, Difference> allDifferences(ModelPrice before, ModelPrice after) {
        Map<String, String> old = of(before);
        Map<String, String> now = of(after);
        Map<String, Difference> differences = new LinkedHashMap<>();
        now.forEach((place, value) -> {
            if (!value.equals(old.get(place))) {
                differences.put(place, new Difference(old.get(place), value));
            }
        });
        old.forEach((place, value) -> {
            if (!now.containsKey(place)) {
                differences.put(place, new Difference(value, null));
            }
        });
        return differences;
    }

    /** What was said before and what is said now. */
    public record Difference(
            @Nullable String before, @Nullable String after) {}

    private static void add(Map<String, String> table, String place, ModelPrice price, long inputTokens) {
        for (ServiceTier tier : ServiceTier.values()) {
            if (tier != ServiceTier.OTHER) {
                addMeters(table, place + tier.label() + ".", price.rates(tier, inputTokens), null);
            }
        }
    }

    private static void addMeters(Map<String, String> table, String place, Rates rates, @Nullable Rates unless) {
        for (Meter meter : Meter.values()) {
            OptionalLong nanos = rates.price(meter);
            if (nanos.isPresent() && (unless == null || !nanos.equals(unless.price(meter)))) {
                table.put(place + meter.label(), new Money(nanos.getAsLong()).toDollars());
            }
        }
    }
}

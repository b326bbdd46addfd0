package dev.tollgate.pricing;

import com.fasterxml.jackson.databind.JsonNode;
import dev.tollgate.kernel.Money;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Reads an organization's terms, whose form {@code docs/prices.md} describes, as strictly as a price file. */
public final class TermsReader {
    private static final Set<String> FIELDS = Set.of("overrides", "markup_percent", "discount_percent", "volume_steps");
    private static final Set<String> OVERRIDE_FIELDS = Set.of("provider", "price");
    private static final Set<String> STEP_FIELDS = Set.of("from", "discount_percent");
    private static final Percent MARKUP_MAX = new Percent(100 * Percent.WHOLE);
    private static final Percent DISCOUNT_MAX = new Percent(Percent.WHOLE);

    private TermsReader() {}

    /**
     * Reads terms.
     *
     * @param version what they are known by in ledger entries
     * @throws IllegalArgumentException naming the place, where anything is not understood
     */
    public static Terms read(String version, JsonNode json) {
        JsonPlace place = JsonPlace.body(json);
        place.allowOnly(FIELDS);
        return new Terms(
                version,
                overrides(version, place.findValue("overrides")),
                percent(place.findValue("markup_percent"), MARKUP_MAX),
                percent(place.findValue("discount_percent"), DISCOUNT_MAX),
                steps(place.findValue("volume_steps")));
    }

    private static PriceBook overrides(String version, @Nullable JsonPlace place) {
        Map<String, List<ModelPrice>> byProvider = new LinkedHashMap<>();
        for (JsonPlace override : place == null ? List.<JsonPlace>of() : place.elements()) {
            override.allowOnly(OVERRIDE_FIELDS);
            String provider = override.get("provider").text();
            ModelPrice price = ModelPriceReader.read(
                    override.path() + ".price",
                    provider,
                    version,
                    override.get("price").node());
            List<ModelPrice> models = byProvider.computeIfAbsent(provider, _ -> new ArrayList<>());
            if (models.stream().anyMatch(other -> other.model().equals(price.model()))) {
                throw override.wrong("a second price for " + price.model() + " (expected: one)");
            }
            models.add(price);
        }
        PriceBook book = PriceBook.empty();
        for (Map.Entry<String, List<ModelPrice>> models : byProvider.entrySet()) {
            book = book.with(new PriceFile(
                    models.getKey(), models.getKey() + "/" + version, /* from= */ null, models.getValue()));
        }
        return book;
    }

    private static List<Terms.Step> steps(@Nullable JsonPlace place) {
        List<Terms.Step> steps = new ArrayList<>();
        for (JsonPlace step : place == null ? List.<JsonPlace>of() : place.elements()) {
            step.allowOnly(STEP_FIELDS);
            JsonPlace from = step.get("from");
            Money amount = money(from);
            Money above = steps.isEmpty() ? Money.ZERO : steps.getLast().from();
            if (amount.compareTo(above) <= 0) {
                throw from.expected("more than " + above.toDollars());
            }
            steps.add(new Terms.Step(amount, percent(step.get("discount_percent"), DISCOUNT_MAX)));
        }
        return steps;
    }

    private static Money money(JsonPlace place) {
        try {
            return Money.dollars(place.text());
        } catch (IllegalArgumentException e) {
            throw place.expected("dollars as a text, such as \"1000\"");
        }
    }

    private static Percent percent(@Nullable JsonPlace place, Percent max) {
        if (place == null) {
            return Percent.ZERO;
        }
        String expected = "percent as a text, 0 to " + max + ", with at most four decimals, such as \"12.5\"";
        if (!place.node().isTextual()) {
            throw place.expected(expected);
        }
        try {
            Percent percent = Percent.parse(place.text());
            if (percent.tenThousandths() <= max.tenThousandths()) {
                return percent;
            }
        } catch (IllegalArgumentException e) {
            // answered below together with what is too much, by a message that knows the place
        }
        throw place.expected(expected);
    }
}

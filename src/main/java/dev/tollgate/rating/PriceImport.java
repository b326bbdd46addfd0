package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.pricing.LiteLlmPrices;
import dev.tollgate.pricing.LiteLlmPrices.Item;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceHistory;
import dev.tollgate.pricing.PriceTable;
import dev.tollgate.pricing.PriceTable.Difference;
import dev.tollgate.pricing.PricesInForce;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an import of somebody's price list would do: each of its models is added, changed, unchanged or skipped.
 *
 * @param lines in the order of the list
 */
public record PriceImport(List<Line> lines) {
    /** The list's default source, where it names none itself. */
    private static final String SOURCE = "LiteLLM's price list";

    /** What becomes of a model. */
    public enum Fate {
        ADDED,
        CHANGED,
        UNCHANGED,
        SKIPPED
    }

    /**
     * A model of the list.
     *
     * @param why it was skipped or is kept apart, or null
     * @param differences where its prices change, and from what to what
     * @param leftOut prices of the list that have no place here
     * @param price what the list says, or null where it was skipped
     */
    public record Line(
            String name,
            String provider,
            String model,
            Fate fate,
            @Nullable String why,
            Map<String, Difference> differences,
            List<String> leftOut,
            @Nullable NewPrice price) {
        /** Whether its price is to be added. */
        public boolean isTaken() {
            return fate == Fate.ADDED || fate == Fate.CHANGED;
        }

        private Line apart(String from) {
            return new Line(
                    name,
                    provider,
                    model,
                    Fate.ADDED,
                    "it was another name of " + from + ", whose price changes",
                    differences,
                    leftOut,
                    price);
        }
    }

    /**
     * Compares a list of LiteLLM with what is in force.
     *
     * @param providers those to take; of others nothing is taken
     * @param from from when on the prices are to hold
     * @throws IllegalArgumentException where it is no such list
     */
    public static PriceImport ofLiteLlm(JsonNode list, Set<String> providers, PricesInForce prices, Instant from) {
        List<Line> lines = new ArrayList<>();
        for (Item item : LiteLlmPrices.read(list)) {
            lines.add(
                    !providers.contains(item.provider())
                            ? skipped(item, item.provider() + " is not among the providers to take")
                            : line(item, prices, from));
        }
        return new PriceImport(keptApart(lines, prices.book()));
    }

    /** A name whose price stays while that of the model changes which it was another name of gets a price of its own. */
    private static List<Line> keptApart(List<Line> lines, PriceBook book) {
        Set<String> changed = new HashSet<>();
        for (Line line : lines) {
            if (line.isTaken()) {
                changed.add(line.provider + "/" + line.model);
            }
        }
        return lines.stream()
                .map(line -> {
                    PriceHistory history = book.history(line.provider, line.model);
                    return line.fate == Fate.UNCHANGED
                                    && history != null
                                    && !history.model().equals(line.model)
                                    && changed.contains(line.provider + "/" + history.model())
                            ? line.apart(history.model())
                            : line;
                })
                .toList();
    }

    /** What is to be added. */
    public List<NewPrice> additions() {
        List<NewPrice> additions = new ArrayList<>();
        for (Line line : lines) {
            if (line.price != null && line.isTaken()) {
                additions.add(line.price);
            }
        }
        return additions;
    }

    private static Line line(Item item, PricesInForce prices, Instant from) {
        ObjectNode json = item.price();
        if (json == null) {
            return skipped(item, String.valueOf(item.skipped()));
        }
        ModelPrice before = prices.book().find(item.provider(), item.model(), from.toEpochMilli());
        ModelPrice after;
        try {
            PriceRequest.carryOver(json, before);
            after = ModelPriceReader.read("price", item.provider(), "new", json);
        } catch (IllegalArgumentException e) {
            return skipped(item, String.valueOf(e.getMessage()));
        }
        if (prices.isDeclared(item.provider(), item.model())) {
            return skipped(item, "its price is declared in " + prices.declaredIn());
        }
        Map<String, Difference> differences = before == null ? Map.of() : PriceTable.differences(before, after);
        Fate fate = before == null ? Fate.ADDED : differences.isEmpty() ? Fate.UNCHANGED : Fate.CHANGED;
        NewPrice price = new NewPrice(
                item.provider(), item.model(), Origin.IMPORT, from, null, json.toString(), SOURCE, item.name());
        return new Line(item.name(), item.provider(), item.model(), fate, null, differences, item.leftOut(), price);
    }

    private static Line skipped(Item item, String why) {
        return new Line(item.name(), item.provider(), item.model(), Fate.SKIPPED, why, Map.of(), item.leftOut(), null);
    }
}

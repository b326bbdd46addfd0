package dev.tollgate.pricing.litellm;

import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceFile;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What became of one provider's models. Compared is every figure that the other list has, with what Tollgate charges: a
 * price that a tier does not state counts as the one that it falls back to.
 *
 * @param agreeing names of models of which all figures agree
 * @param differences of the other models, in the order of their names
 * @param onlyHere models that the other list has under none of their names
 * @param onlyThere names that are not priced here
 */
record Comparison(
        String provider,
        List<String> agreeing,
        List<Difference> differences,
        List<String> onlyHere,
        List<String> onlyThere) {

    /** Dollars per million; {@code here} is null where nothing is charged because there is no price. */
    record Difference(String model, Figure figure, @Nullable BigDecimal here, BigDecimal there) {}

    static Comparison of(PriceFile file, PriceBook book, Instant at, LiteLlmList list) {
        SortedMap<String, SortedMap<Figure, BigDecimal>> theirs =
                list.figuresByModel().getOrDefault(file.provider(), Collections.emptySortedMap());
        List<String> agreeing = new ArrayList<>();
        List<Difference> differences = new ArrayList<>();
        List<String> onlyThere = new ArrayList<>();
        Set<ModelPrice> met = new HashSet<>();
        theirs.forEach((name, figures) -> {
            ModelPrice price = book.find(file.provider(), name, at.toEpochMilli());
            if (price == null) {
                onlyThere.add(name);
                return;
            }
            met.add(price);
            List<Difference> ofModel = differences(name, price, figures);
            if (ofModel.isEmpty()) {
                agreeing.add(name);
            }
            differences.addAll(ofModel);
        });
        List<String> onlyHere = file.models().stream()
                .filter(model -> met.stream().noneMatch(price -> price.model().equals(model.model())))
                .map(ModelPrice::model)
                .sorted()
                .toList();
        return new Comparison(file.provider(), agreeing, differences, onlyHere, onlyThere);
    }

    private static List<Difference> differences(String name, ModelPrice price, Map<Figure, BigDecimal> figures) {
        List<Difference> differences = new ArrayList<>();
        new TreeMap<>(figures).forEach((figure, there) -> {
            OptionalLong nanos =
                    price.rates(figure.tier(), figure.aboveInputTokens() + 1).price(figure.meter());
            BigDecimal here = nanos.isPresent() ? BigDecimal.valueOf(nanos.getAsLong(), 9) : null;
            // No price of theirs is a zero, as of the output of embeddings or of writes that cost nothing more.
            boolean agrees = here == null || there.signum() == 0 ? there.signum() == 0 : here.compareTo(there) == 0;
            if (!agrees) {
                differences.add(new Difference(name, figure, here, there));
            }
        });
        return differences;
    }

    /** How many models of both differ in some figure. */
    long differing() {
        return differences.stream().map(Difference::model).distinct().count();
    }
}

package dev.tollgate.pricing;

import java.time.Instant;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The prices of one model at one provider, each from its instant on. Immutable; found in a {@link PriceBook}. */
public final class PriceHistory {
    private final String provider;
    private final String model;
    private final List<String> aliases;
    private final Timeline<ModelPrice> prices;

    private PriceHistory(String provider, String model, List<String> aliases, Timeline<ModelPrice> prices) {
        this.provider = provider;
        this.model = model;
        this.aliases = List.copyOf(aliases);
        this.prices = prices;
    }

    /** One price, for ever. */
    static PriceHistory always(String provider, ModelPrice price) {
        return new PriceHistory(provider, price.model(), price.aliases(), Timeline.always(price));
    }

    /** No price, yet. */
    static PriceHistory none(String provider, String model) {
        return new PriceHistory(provider, model, List.of(), Timeline.empty());
    }

    /** The same prices under a name of its own, which was another name of this model until now. */
    PriceHistory apart(String name) {
        return new PriceHistory(provider, name, List.of(), prices);
    }

    /** This with versions laid over it, the later ones of the list over the earlier. */
    PriceHistory with(List<PriceVersion> versions) {
        return with(
                versions.stream().map(PriceVersion::price).toList(),
                versions.stream().map(PriceVersion::layer).toList());
    }

    private PriceHistory with(List<ModelPrice> newer, List<Timeline.Layer<ModelPrice>> layers) {
        Set<String> names = new LinkedHashSet<>(aliases);
        newer.forEach(price -> names.addAll(price.aliases()));
        return new PriceHistory(provider, model, List.copyOf(names), prices.under(layers));
    }

    /** This with a price that holds from an instant on, whatever was to hold then. */
    PriceHistory then(ModelPrice price, Instant from) {
        return with(List.of(price), List.of(new Timeline.Layer<>(price, from.toEpochMilli(), Timeline.OPEN)));
    }

    public String provider() {
        return provider;
    }

    /** The name that the price was given under. */
    public String model() {
        return model;
    }

    /** Other names that it is found by. */
    public List<String> aliases() {
        return aliases;
    }

    /** The price at an instant, in milliseconds since 1970, or null where there is none then. */
    public @Nullable ModelPrice at(long epochMillis) {
        return prices.at(epochMillis);
    }
}

package dev.tollgate.routing;

import dev.tollgate.pricing.PriceBook;
import java.time.InstantSource;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What routes may name: a provider that has prices or an account, and a model that has a price now or needs none. */
public final class PricedCatalogue implements Catalogue {
    private final Supplier<PriceBook> prices;
    private final AccountPlaces accounts;
    private final Supplier<Set<String>> tiers;
    private final InstantSource clock;

    /**
     * @param prices the list of this moment
     * @param tiers those that are known
     */
    public PricedCatalogue(
            Supplier<PriceBook> prices, AccountPlaces accounts, Supplier<Set<String>> tiers, InstantSource clock) {
        this.prices = prices;
        this.accounts = accounts;
        this.tiers = tiers;
        this.clock = clock;
    }

    /** The same with another list of prices. */
    public Catalogue pricedBy(PriceBook other) {
        return new PricedCatalogue(() -> other, accounts, tiers, clock);
    }

    @Override
    public boolean hasProvider(String provider) {
        return prices.get().providers().contains(provider) || accounts.hasProvider(provider);
    }

    @Override
    public boolean hasPrice(@Nullable String provider, String model) {
        PriceBook book = prices.get();
        long now = clock.millis();
        if (provider != null) {
            return book.find(provider, model, now) != null || accounts.chargesUnpriced();
        }
        return book.providers().stream().anyMatch(each -> book.find(each, model, now) != null);
    }

    @Override
    public boolean hasAccount(String id, @Nullable String provider) {
        return accounts.hasAccount(id, provider);
    }

    @Override
    public boolean hasRegion(String region, @Nullable String provider) {
        return accounts.hasRegion(region, provider);
    }

    @Override
    public boolean hasTier(String tier) {
        return tiers.get().contains(tier);
    }
}

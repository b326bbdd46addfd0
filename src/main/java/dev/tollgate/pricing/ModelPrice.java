package dev.tollgate.pricing;

import dev.tollgate.kernel.Usage;
import java.time.LocalDate;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** What one model costs, and what bounds its cost. Immutable; found in a {@link PriceBook}. */
public final class ModelPrice {
    private static final ServiceTier[] TIERS = ServiceTier.values();

    private final String version;
    private final String model;
    private final List<String> aliases;
    private final TierRates rates;
    private final @Nullable LongContext longContext;
    private final Bounds bounds;
    private final @Nullable LocalDate verified;

    /** By what a request may be priced at most, by the tier that it asks for; with a long input perhaps, or without. */
    private final Rates[] dearest = new Rates[TIERS.length];

    private final Rates[] dearestLong = new Rates[TIERS.length];

    /**
     * Other rates for the whole request once its input is long.
     *
     * @param aboveInputTokens the largest input, cached tokens included, that is still priced by the ordinary rates
     */
    record LongContext(long aboveInputTokens, TierRates rates) {}

    /** The most tokens of a request and of one choice of its answer; empty where it is not known or not bounded. */
    record Bounds(OptionalLong inputTokens, OptionalLong outputTokens) {}

    ModelPrice(
            String version,
            String model,
            List<String> aliases,
            TierRates rates,
            @Nullable LongContext longContext,
            Bounds bounds,
            @Nullable LocalDate verified) {
        this.version = version;
        this.model = model;
        this.aliases = List.copyOf(aliases);
        this.rates = rates;
        this.longContext = longContext;
        this.bounds = bounds;
        this.verified = verified;
        for (ServiceTier tier : TIERS) {
            int i = tier.ordinal();
            dearest[i] = rates.of(tier).dearerOf(rates.of(ServiceTier.STANDARD));
            dearestLong[i] = longContext == null
                    ? dearest[i]
                    : longContext
                            .rates
                            .of(tier)
                            .dearerOf(longContext.rates.of(ServiceTier.STANDARD))
                            .dearerOf(dearest[i]);
        }
    }

    /**
     * Names the price file that this price comes from, {@code openai/2026-11-21}, or the version that was laid over it,
     * {@code openai/gpt-5@3}. Ledger entries keep it.
     */
    public String version() {
        return version;
    }

    /** The same price under the name of another version. */
    ModelPrice as(String otherVersion) {
        return new ModelPrice(otherVersion, model, aliases, rates, longContext, bounds, verified);
    }

    /** The largest input that is still priced by the ordinary rates, where there are others for more. */
    public OptionalLong longContextAbove() {
        return longContext == null ? OptionalLong.empty() : OptionalLong.of(longContext.aboveInputTokens);
    }

    /** The name that the price file gives it; requests may know it by one of the {@link #aliases()}. */
    public String model() {
        return model;
    }

    public List<String> aliases() {
        return aliases;
    }

    /** The most input tokens that one request can have, where it is known. */
    public OptionalLong maxInputTokens() {
        return bounds.inputTokens;
    }

    /** The most output tokens that one choice of an answer can have, where it is known. */
    public OptionalLong maxOutputTokens() {
        return bounds.outputTokens;
    }

    /** When these figures were last confirmed by a second source, or null where that has not happened. */
    public @Nullable LocalDate verified() {
        return verified;
    }

    /** What a usage costs as it was served. */
    public Cost costRoundedUp(Usage usage, ServiceTier tier) {
        long inputTokens = longContext == null ? 0 : usage.inputTokens();
        return rates(tier, inputTokens).costRoundedUp(usage);
    }

    /** What an organization pays for a usage as it was served, where its terms turn the cost into a charge. */
    public Cost chargeRoundedUp(Usage usage, ServiceTier tier, Factor factor) {
        long inputTokens = longContext == null ? 0 : usage.inputTokens();
        return rates(tier, inputTokens).costRoundedUp(usage, factor);
    }

    /** The rates of a request with that many input tokens, cached ones included. */
    public Rates rates(ServiceTier tier, long inputTokens) {
        if (longContext != null && inputTokens > longContext.aboveInputTokens) {
            return longContext.rates.of(tier);
        }
        return rates.of(tier);
    }

    /**
     * Rates that are nowhere below those of a request that asked for a tier and has that many input tokens or fewer. The
     * provider may serve it by its standard tier as well.
     *
     * @param asked as {@link ServiceTier#mostOfWire} says it
     */
    public Rates dearestRates(ServiceTier asked, long inputTokensMost) {
        boolean mayBeLong = longContext != null && inputTokensMost > longContext.aboveInputTokens;
        return mayBeLong ? dearestLong[asked.ordinal()] : dearest[asked.ordinal()];
    }

    @Override
    public String toString() {
        return model + " of " + version;
    }
}

package dev.tollgate.pricing;

import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The rates of a model for every service tier. A discount that the model does not have is charged as its standard tier,
 * any other tier that it does not have as the dearest price of each meter.
 */
final class TierRates {
    private static final ServiceTier[] TIERS = ServiceTier.values();

    private final Rates[] rates = new Rates[TIERS.length];
    private final Rates dearest;

    /**
     * @param given the tiers that the model has; the standard one is always among them
     * @param shortContext for a long-context step the rates below it, which a tier without a step of its own may still
     *     cost; else null
     */
    TierRates(Map<ServiceTier, Rates> given, @Nullable TierRates shortContext) {
        Map<ServiceTier, Rates> tiers = new EnumMap<>(given);
        Rates standard = tiers.get(ServiceTier.STANDARD);
        if (standard == null) {
            throw new IllegalArgumentException("tiers: " + tiers.keySet() + " (expected: STANDARD among them)");
        }
        Rates highest = shortContext == null ? standard : shortContext.dearest;
        for (Rates tier : tiers.values()) {
            highest = highest.dearerOf(tier);
        }
        dearest = highest;
        for (ServiceTier tier : TIERS) {
            rates[tier.ordinal()] = tiers.getOrDefault(tier, tier.isDiscount() ? standard : dearest);
        }
    }

    Rates of(ServiceTier tier) {
        return rates[tier.ordinal()];
    }
}

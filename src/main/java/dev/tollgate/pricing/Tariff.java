package dev.tollgate.pricing;

import dev.tollgate.kernel.Usage;
import org.jspecify.annotations.Nullable;

/**
 * What one request is priced by.
 *
 * @param price the list price, by which the provider is paid
 * @param charged the price that the organization pays by: the same, unless its terms have another one
 * @param terms what the organization has agreed to
 */
public record Tariff(ModelPrice price, ModelPrice charged, Terms.Applied terms) {
    private static final String TERMS = "#";

    /** What the owner of the account pays to the provider. */
    public Cost providerCost(Usage usage, ServiceTier tier) {
        return price.costRoundedUp(usage, tier);
    }

    /** What the organization pays. */
    public Cost charge(Usage usage, ServiceTier tier) {
        return charged.chargeRoundedUp(usage, tier, terms.factor());
    }

    /** Whether cost and charge are the same figure. */
    public boolean isAtCost() {
        return price == charged && terms.factor().isOne();
    }

    /** The versions that a ledger entry keeps: {@code openai/gpt-5@3}, or with terms {@code openai/gpt-5@3#terms@2/1}. */
    public String version() {
        return terms.version() == null ? price.version() : price.version() + TERMS + terms.version();
    }

    /** The version of the terms in what an entry kept, or null where there were none. */
    public static @Nullable String termsIn(String version) {
        int terms = version.lastIndexOf(TERMS);
        return terms < 0 ? null : version.substring(terms + 1);
    }
}

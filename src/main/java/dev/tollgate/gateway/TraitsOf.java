package dev.tollgate.gateway;

import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.RuleBook;

/** Says what rules look at of an exchange. */
final class TraitsOf {
    private final Origins origins;
    private final String defaultTier;

    /** @param defaultTier holds for organizations of no known tier */
    TraitsOf(Origins origins, String defaultTier) {
        this.origins = origins;
        this.defaultTier = defaultTier;
    }

    Traits of(Exchange exchange, RuleBook book) {
        Origin origin = origins.of(exchange).origin();
        String tier = origin.tier();
        return new Traits(
                origin.organizationId(),
                origin.clientId(),
                origin.keyId(),
                tier != null && book.tiers().contains(tier) ? tier : defaultTier,
                origin.feature(),
                origin.endUser(),
                ChooseAccount.model(exchange),
                origin.tags());
    }
}

package dev.tollgate.gateway;

import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.settings.EffectiveSettings;
import org.jspecify.annotations.Nullable;

/** Says what rules look at of an exchange. */
final class TraitsOf {
    private final Origins origins;
    private final @Nullable String tierOfNone;

    /** @param tierOfNone holds for organizations that have no tier; null for none */
    TraitsOf(Origins origins, @Nullable String tierOfNone) {
        this.origins = origins;
        this.tierOfNone = tierOfNone;
    }

    Traits of(Exchange exchange, RuleBook book) {
        Origin origin = origins.of(exchange).origin();
        EffectiveSettings settings = exchange.settings();
        return new Traits(
                origin.organizationId(),
                origin.clientId(),
                origin.keyId(),
                origin.tier() == null ? tierOfNone : book.tier(origin.tier()),
                origin.feature(),
                origin.endUser(),
                ChooseAccount.model(exchange),
                origin.tags(),
                settings.organizationFeature(),
                settings.clientFeature());
    }
}

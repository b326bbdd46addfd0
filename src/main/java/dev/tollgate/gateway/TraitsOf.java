package dev.tollgate.gateway;

import dev.tollgate.ledger.LedgerEntry.Origin;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.tenancy.Caller;
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
                tier(exchange.caller(), book),
                origin.feature(),
                origin.endUser(),
                ChooseAccount.model(exchange),
                origin.tags(),
                settings.organizationFeature(),
                settings.clientFeature());
    }

    /** Whose rules hold: the organization's tier, where it is known; null for none. */
    @Nullable
    String tier(Caller caller, RuleBook book) {
        return caller.tier() == null ? tierOfNone : book.tier(caller.tier());
    }
}

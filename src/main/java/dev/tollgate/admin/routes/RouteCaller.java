package dev.tollgate.admin.routes;

import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.tenancy.Caller;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Whose request is asked about, as the gateway would see it: what a key is bound to goes before what is said beside it.
 *
 * @param traits what rules look at
 */
record RouteCaller(Caller caller, EffectiveSettings settings, Traits traits) {
    /**
     * @param tierOfNone holds for organizations without a tier; null for none
     * @param endUser as the ledger names them, or null
     */
    static RouteCaller of(
            Caller caller,
            RouteQuestion question,
            RuleBook book,
            SettingsInForce allSettings,
            @Nullable String tierOfNone,
            @Nullable String endUser) {
        String feature = caller.feature() != null ? caller.feature() : question.feature();
        EffectiveSettings settings = allSettings.effective(caller.organizationId(), caller.clientId(), feature);
        String asked = question.tier() == null ? caller.tier() : question.tier();
        Map<String, String> tags = new HashMap<>(question.tags() == null ? Map.of() : question.tags());
        tags.putAll(caller.tags());
        return new RouteCaller(
                caller,
                settings,
                new Traits(
                        caller.organizationId(),
                        caller.clientId(),
                        caller.keyId(),
                        asked == null ? tierOfNone : book.tier(asked),
                        feature,
                        endUser,
                        question.model(),
                        tags,
                        settings.organizationFeature(),
                        settings.clientFeature()));
    }

    /** The same with the model that a request asks for which names none. */
    RouteCaller asking(String model) {
        return new RouteCaller(caller, settings, traits.running(model));
    }
}

package dev.tollgate.gateway;

import dev.tollgate.settings.EffectiveSettings;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;

/**
 * Applies what is set for the feature: refuses what it may not, and puts its prompt, defaults and caps into the request.
 * From here on the request is what would be sent.
 */
public final class ApplySettings implements Stage {
    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        EffectiveSettings settings = exchange.settings();
        if (settings != EffectiveSettings.NONE) {
            Operation operation = exchange.path().operation();
            if (operation != Operation.MODELS && operation != Operation.USAGE && operation != Operation.LIMITS) {
                settings.mustBeEnabled(exchange.feature());
                settings.mustAllow(operation, ChooseAccount.model(exchange), exchange.feature());
            }
            exchange.read(exchange.body().with(settings.preset(), operation));
        }
        return next.handle(exchange);
    }
}

package dev.tollgate.gateway;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Chooses the account that serves the request, and with it the price. */
public final class ChooseAccount implements Stage {
    private static final String DEFAULT_MODERATION_MODEL = "omni-moderation-latest";

    private final Accounts accounts;

    public ChooseAccount(Accounts accounts) {
        this.accounts = accounts;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        String organizationId = exchange.caller().organizationId();
        String provider = exchange.header("x-tollgate-provider");
        String model = model(exchange);
        if (model != null && exchange.path().operation().runsModel()) {
            exchange.chosen(accounts.choose(organizationId, provider, model));
        } else {
            Account account = accounts.choose(organizationId, provider);
            exchange.chosen(new Candidate(account, null, null));
        }
        return next.handle(exchange);
    }

    private static @Nullable String model(Exchange exchange) {
        String model = exchange.body().facts().model();
        return model == null && exchange.path().operation() == Operation.MODERATION ? DEFAULT_MODERATION_MODEL : model;
    }
}

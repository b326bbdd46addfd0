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
            chosen(exchange, accounts.choose(organizationId, provider, model));
        } else {
            Account account = accounts.choose(organizationId, provider);
            chosen(exchange, new Candidate(account, null, null));
        }
        return next.handle(exchange);
    }

    /** A key that the caller brought takes the place of the account's own; where the account is stays the same. */
    private static void chosen(Exchange exchange, Candidate candidate) {
        String broughtKey = exchange.broughtKey();
        exchange.chosen(
                broughtKey == null
                        ? candidate
                        : new Candidate(
                                candidate
                                        .account()
                                        .withCallersKey(
                                                broughtKey, exchange.caller().organizationId()),
                                candidate.model(),
                                candidate.price()));
    }

    /** The model that the request runs, as its caller named it or leaves it to be by default, or null. */
    static @Nullable String model(Exchange exchange) {
        String model = exchange.body().facts().model();
        return model == null && exchange.path().operation() == Operation.MODERATION ? DEFAULT_MODERATION_MODEL : model;
    }
}

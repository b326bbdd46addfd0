package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.routing.Choice;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the account that serves the request, and with it the price, unless its route has done so. Only where there is no price the provider's list of
 * models is asked for, to say whether the model or just its price is missing.
 */
public final class ChooseAccount implements Stage {
    private static final String DEFAULT_MODERATION_MODEL = "omni-moderation-latest";

    private final Accounts accounts;
    private final ModelLists models;

    public ChooseAccount(Accounts accounts, ModelLists models) {
        this.accounts = accounts;
        this.models = models;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Choice.Routed<Candidate> routed = exchange.routedOrNull();
        if (routed != null) {
            chosen(exchange, routed.places().getFirst());
            return next.handle(exchange);
        }
        String organizationId = exchange.caller().organizationId();
        String provider = exchange.header("x-tollgate-provider");
        String instead = exchange.modelToRun();
        String model = instead == null ? model(exchange) : instead;
        if (model != null && exchange.path().operation().runsModel()) {
            return switch (accounts.choose(
                    organizationId, provider, model, exchange.id().epochMillis())) {
                case Accounts.Choice.Found found -> {
                    chosen(exchange, found.candidate());
                    yield next.handle(exchange);
                }
                case Accounts.Choice.Unpriced unpriced -> refuse(unpriced);
            };
        }
        chosen(exchange, new Candidate(accounts.choose(organizationId, provider), null, null));
        return next.handle(exchange);
    }

    /** A key that the caller brought takes the place of the account's own; where the account is stays the same. */
    static void chosen(Exchange exchange, Candidate candidate) {
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

    private Future<Reply> refuse(Accounts.Choice.Unpriced choice) {
        List<Future<Boolean>> asked = choice.accounts().stream()
                .map(account -> models.mayHave(account, choice.model()))
                .toList();
        return Future.all(asked).compose(_ -> {
            for (int i = 0; i < asked.size(); i++) {
                if (asked.get(i).result()) {
                    return Future.failedFuture(unpriced(choice.accounts().get(i), choice.model()));
                }
            }
            return Future.failedFuture(unknown(choice.model()));
        });
    }

    private static Problem unpriced(Account account, String model) {
        return new Problem(
                ProblemCode.MODEL_NOT_PRICED,
                "There is no price for " + model + " at " + account.provider()
                        + ", so what it costs could not be controlled. Give it a price by POST /admin/v1/prices or in"
                        + " tollgate.yaml (prices), or set TOLLGATE_UNPRICED_INPUT and TOLLGATE_UNPRICED_OUTPUT"
                        + " to charge every model without a price at a ceiling.",
                "model");
    }

    private static Problem unknown(String model) {
        return new Problem(
                ProblemCode.MODEL_NOT_FOUND,
                "The model `" + model + "` does not exist or you do not have access to it.",
                "model");
    }

    /** The model that the request runs, as its caller named it or leaves it to be by default, or null. */
    static @Nullable String model(Exchange exchange) {
        String model = exchange.body().facts().model();
        return model == null && exchange.path().operation() == Operation.MODERATION ? DEFAULT_MODERATION_MODEL : model;
    }
}

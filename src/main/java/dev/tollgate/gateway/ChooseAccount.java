package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Accounts.Choice;
import dev.tollgate.provider.Candidate;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.provider.Tenant;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Chooses the account that serves the request, and with it the price: the first one at the provider that has room. What has a
 * route passes. Only where there is no price the provider's list of models is asked for, to say whether the model or just
 * its price is missing.
 */
public final class ChooseAccount implements Stage {
    private static final String DEFAULT_MODERATION_MODEL = "omni-moderation-latest";

    private final Accounts accounts;
    private final ModelLists models;
    private final AccountRoom room;

    ChooseAccount(Accounts accounts, ModelLists models, AccountRoom room) {
        this.accounts = accounts;
        this.models = models;
        this.room = room;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        if (exchange.routedOrNull() != null) {
            return next.handle(exchange);
        }
        Tenant tenant = tenant(exchange);
        String provider = exchange.header("x-tollgate-provider");
        String instead = exchange.modelToRun();
        String model = instead == null ? model(exchange) : instead;
        if (model != null && exchange.path().operation().runsModel()) {
            return switch (accounts.choose(
                    tenant,
                    provider,
                    model,
                    exchange.id().epochMillis(),
                    exchange.id().uuid().getLeastSignificantBits())) {
                case Choice.Found found -> choose(exchange, found.candidate(), found, next);
                case Choice.Unpriced unpriced -> refuse(unpriced);
            };
        }
        return choose(exchange, new Candidate(accounts.choose(tenant, provider), null, null), null, next);
    }

    /** @param found by which others are known that serve the request as well, or null where there are none */
    private Future<Reply> choose(Exchange exchange, Candidate preferred, Choice.@Nullable Found found, Next next) {
        Candidate first = withCallersKey(exchange, preferred);
        if (found != null) {
            exchange.found(found);
        }
        if (!room.isLimited(exchange, first)) {
            exchange.chosen(first);
            return next.handle(exchange);
        }
        List<Candidate> candidates = found != null && isMovable(exchange) ? accounts.alike(found) : List.of(first);
        return room.takeFirst(exchange, candidates, 0).compose(index -> {
            exchange.chosen(candidates.get(index));
            return next.handle(exchange);
        });
    }

    /** What names or leaves objects at a provider stays where they are; a key that the caller brought is one account. */
    static boolean isMovable(Exchange exchange) {
        return exchange.path().operation() != Operation.RESPONSE
                && exchange.broughtKey() == null
                && !GuardObjects.namesObjects(exchange);
    }

    /** Whose accounts the caller may use. */
    static Tenant tenant(Exchange exchange) {
        return new Tenant(exchange.caller().organizationId(), exchange.caller().clientId());
    }

    /** A key that the caller brought takes the place of the account's own; where the account is stays the same. */
    static Candidate withCallersKey(Exchange exchange, Candidate candidate) {
        String broughtKey = exchange.broughtKey();
        return broughtKey == null
                ? candidate
                : new Candidate(
                        candidate
                                .account()
                                .withCallersKey(broughtKey, exchange.caller().organizationId()),
                        candidate.model(),
                        candidate.price());
    }

    private Future<Reply> refuse(Choice.Unpriced choice) {
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

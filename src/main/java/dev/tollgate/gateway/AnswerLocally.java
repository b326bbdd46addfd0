package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.ModelLists;
import dev.tollgate.routing.Route;
import dev.tollgate.routing.Routes;
import dev.tollgate.routing.TierRouting;
import dev.tollgate.tenancy.Caller;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Answers what Tollgate knows itself: the routes and models that a key may use, what the key has spent, and its limits. */
public final class AnswerLocally implements Stage {
    private final ModelLists models;
    private final TierRoutes tiers;
    private final KeySpend spend;
    private final KeyLimits limits;

    AnswerLocally(ModelLists models, TierRoutes tiers, KeySpend spend, KeyLimits limits) {
        this.models = models;
        this.tiers = tiers;
        this.spend = spend;
        this.limits = limits;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        return switch (exchange.path().operation()) {
            case MODELS -> models(exchange, exchange.path().objectId());
            case USAGE -> spend.of(exchange.caller(), exchange.request()).map(report -> Reply.json(200, report));
            case LIMITS -> limits.of(exchange).map(report -> Reply.json(200, report));
            default -> next.handle(exchange);
        };
    }

    private Future<Reply> models(Exchange exchange, @Nullable String id) {
        Caller caller = exchange.caller();
        Routes all = tiers.routes();
        TierRouting tier = tiers.of(caller);
        return models.openTo(ChooseAccount.tenant(exchange), exchange.id().epochMillis())
                .recover(failure -> all.all().isEmpty()
                        ? Future.failedFuture(failure) // routes are known though no provider tells its models
                        : Future.succeededFuture(List.of()))
                .map(open -> {
                    List<JsonObject> list = Stream.concat(
                                    all.all().stream().map(AnswerLocally::listed),
                                    open.stream()
                                            .filter(model -> isUsual(model, all)
                                                    && (tier == null || tier.allows(model.getString("id")))))
                            .filter(model -> caller.models().allows(model.getString("id"))
                                    && exchange.settings().allows(model.getString("id")))
                            .toList();
                    if (id == null) {
                        return Reply.json(
                                200, new JsonObject().put("object", "list").put("data", new JsonArray(list)));
                    }
                    for (JsonObject model : list) {
                        if (id.equals(model.getString("id"))) {
                            return Reply.json(200, model);
                        }
                    }
                    throw new Problem(
                            ProblemCode.MODEL_NOT_FOUND,
                            "The model " + id + " does not exist, or is not open to this key.",
                            "model");
                });
    }

    /** A route as a model. */
    private static JsonObject listed(Route route) {
        return new JsonObject()
                .put("id", route.name())
                .put("object", "model")
                .put("created", 0)
                .put("owned_by", "tollgate");
    }

    /** Not a model that a route of its name stands for. */
    private static boolean isUsual(JsonObject model, Routes routes) {
        return routes.find(model.getString("id")) == null;
    }
}

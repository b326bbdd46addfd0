package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ownership.ObjectOwners;
import dev.tollgate.provider.Account;
import dev.tollgate.wire.openai.ApiPath;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.ReplyReader;
import io.vertx.core.Future;
import io.vertx.core.http.HttpMethod;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps what organizations create at a provider apart where they share an account there: an object gets its creator as
 * owner, and for all others it does not exist. An account of one organization is left alone.
 */
public final class GuardObjects implements Stage {
    private static final String FINE_TUNED = "ft:";

    private final ObjectOwners owners;
    private final OwnedLists lists;

    public GuardObjects(ObjectOwners owners) {
        this.owners = owners;
        this.lists = new OwnedLists(owners);
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Account account = exchange.candidate().account();
        if (!account.isShared()) {
            return next.handle(exchange);
        }
        Set<String> named = named(exchange);
        if (named.isEmpty()) {
            return proceed(exchange, next);
        }
        return Stored.answer(owners.ownedBy(account.id(), exchange.caller().organizationId(), named))
                .compose(owned -> {
                    for (String id : named) {
                        if (!owned.contains(id)) {
                            throw notFound(id);
                        }
                    }
                    return proceed(exchange, next);
                });
    }

    private Future<Reply> proceed(Exchange exchange, Next next) {
        ApiPath path = exchange.path();
        boolean isList = path.operation() == Operation.OBJECT
                && path.objectId() == null
                && exchange.request().method() == HttpMethod.GET;
        return isList
                ? lists.filtered(exchange, next)
                : next.handle(exchange).compose(reply -> record(exchange, reply));
    }

    /** Whether a request would use something that is kept at the provider. */
    static boolean namesObjects(Exchange exchange) {
        return !named(exchange).isEmpty();
    }

    /** Everything at the provider that the request would use. */
    private static Set<String> named(Exchange exchange) {
        Set<String> named = new LinkedHashSet<>(exchange.body().facts().references());
        ApiPath path = exchange.path();
        if (path.objectId() != null && !path.operation().runsModel()) {
            named.add(path.objectId());
        }
        String model = exchange.body().facts().model();
        if (model != null && model.startsWith(FINE_TUNED)) {
            named.add(model);
        }
        return named;
    }

    /**
     * Makes the caller the owner of what the answer names. For answers of models that is in force on this replica at once
     * and stored soon, because they must not wait for a database; for everything else the caller waits until it is stored.
     */
    private Future<Reply> record(Exchange exchange, Reply reply) {
        if (reply.status() / 100 != 2) {
            return Future.succeededFuture(reply);
        }
        boolean runsModel = exchange.path().operation().runsModel();
        return switch (reply) {
            case Reply.Relayed relayed -> {
                relayed.flow().ended().onSuccess(_ -> record(exchange).onFailure(_ -> {}));
                yield Future.succeededFuture(reply);
            }
            case Reply.Whole _ -> {
                Future<Void> recorded = record(exchange);
                yield runsModel ? Future.succeededFuture(reply) : recorded.map(reply);
            }
        };
    }

    private Future<Void> record(Exchange exchange) {
        if (exchange.request().method() == HttpMethod.DELETE || !keeps(exchange)) {
            return Future.succeededFuture();
        }
        ReplyReader answer = exchange.attempt().reply;
        List<String> created = new ArrayList<>(answer.itemIds());
        String id = answer.id();
        if (id != null) {
            created.add(id);
        }
        return owners.record(
                exchange.candidate().account().id(), exchange.caller().organizationId(), created);
    }

    /** Whether the provider keeps what it answered. */
    private static boolean keeps(Exchange exchange) {
        return switch (exchange.path().operation()) {
            case RESPONSE, OBJECT, UNMETERED -> true;
            case CHAT -> Boolean.TRUE.equals(exchange.body().facts().stored());
            default -> false;
        };
    }

    static Problem notFound(@Nullable String id) {
        return new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no object " + id + ", or it is not yours.");
    }
}

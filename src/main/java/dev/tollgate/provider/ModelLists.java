package dev.tollgate.provider;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The models that accounts offer, as the providers list them, less those that would be refused for want of a price. A
 * list is asked for anew after five minutes; while a provider can't be reached its last list holds. Used on one event
 * loop.
 */
public final class ModelLists {
    private static final Duration FRESH_FOR = Duration.ofMinutes(5);
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int BYTES_MAX = 8 << 20;

    private final Upstream upstream;
    private final Accounts accounts;
    private final LongSupplier nanoTime;
    private final Map<String, Listed> byAccount = new HashMap<>();
    private final Map<String, Future<List<JsonObject>>> asking = new HashMap<>();

    private record Listed(List<JsonObject> models, long atNanos) {}

    public ModelLists(Upstream upstream, Accounts accounts, LongSupplier nanoTime) {
        this.upstream = upstream;
        this.accounts = accounts;
        this.nanoTime = nanoTime;
    }

    /** The models that a tenant may use now, each name once; of the providers that tell them. */
    public Future<List<JsonObject>> openTo(Tenant tenant, long epochMillis) {
        List<Future<List<JsonObject>>> lists = new ArrayList<>();
        for (Account account : accounts.openTo(tenant)) {
            lists.add(of(account)
                    .map(models -> models.stream()
                            .filter(model -> accounts.isPriced(tenant, account, model.getString("id"), epochMillis))
                            .toList()));
        }
        return Future.join(lists).transform(_ -> {
            Map<String, JsonObject> models = new LinkedHashMap<>();
            boolean known = false;
            for (Future<List<JsonObject>> list : lists) {
                if (list.succeeded()) {
                    known = true;
                    list.result().forEach(model -> models.putIfAbsent(model.getString("id"), model));
                }
            }
            return known
                    ? Future.succeededFuture(List.copyOf(models.values()))
                    : Future.failedFuture(
                            new Problem(ProblemCode.UPSTREAM_UNREACHABLE, "No provider tells its models at present."));
        });
    }

    /** Whether the account's provider lists a model; true also where it does not tell its models. */
    public Future<Boolean> mayHave(Account account, String model) {
        return of(account)
                .map(models -> models.stream().anyMatch(listed -> model.equals(listed.getString("id"))))
                .otherwise(true);
    }

    private Future<List<JsonObject>> of(Account account) {
        Listed known = byAccount.get(account.id());
        if (known != null && nanoTime.getAsLong() - known.atNanos < FRESH_FOR.toNanos()) {
            return Future.succeededFuture(known.models);
        }
        Future<List<JsonObject>> asked = asking.get(account.id());
        if (asked == null) {
            asked = ask(account).map(models -> {
                byAccount.put(account.id(), new Listed(models, nanoTime.getAsLong()));
                return models;
            });
            asking.put(account.id(), asked);
            asked.onComplete(_ -> asking.remove(account.id()));
        }
        return asked.recover(
                failure -> known == null ? Future.failedFuture(failure) : Future.succeededFuture(known.models));
    }

    private Future<List<JsonObject>> ask(Account account) {
        return upstream.open(account, /* model= */ null, HttpMethod.GET, "/models")
                .compose(request -> {
                    MultiMap headers = request.headers();
                    Upstream.authorize(headers, account);
                    return request.idleTimeout(PATIENCE.toMillis()).send();
                })
                .compose(HttpClientResponse::body)
                .map(body -> read(account, body));
    }

    private static List<JsonObject> read(Account account, Buffer body) {
        List<JsonObject> models = new ArrayList<>();
        JsonArray data = data(body);
        if (data == null) {
            throw new IllegalStateException("no list of models from " + account.provider());
        }
        for (Object each : data) {
            if (each instanceof JsonObject model && model.getValue("id") instanceof String) {
                models.add(model);
            }
        }
        return List.copyOf(models);
    }

    private static @Nullable JsonArray data(Buffer body) {
        try {
            return body.length() <= BYTES_MAX && body.toJson() instanceof JsonObject json
                    ? json.getJsonArray("data")
                    : null;
        } catch (DecodeException | ClassCastException e) {
            return null;
        }
    }
}

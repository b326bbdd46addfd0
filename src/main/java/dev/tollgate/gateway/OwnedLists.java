package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.ownership.ObjectOwners;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Lists of objects at a provider, less those of other organizations. As many pages are read as it takes to fill the page
 * that was asked for, up to a bound; a list that is longer says so and goes on after its last object.
 */
final class OwnedLists {
    private static final int UPSTREAM_PAGE = 100;
    private static final int UPSTREAM_PAGES_MAX = 20;
    private static final int PAGE_DEFAULT = 20;
    private static final int PAGE_MAX = 10_000;

    private final ObjectOwners owners;

    OwnedLists(ObjectOwners owners) {
        this.owners = owners;
    }

    /** The caller's part of the list that the exchange asks for. */
    Future<Reply> filtered(Exchange exchange, Stage.Next next) {
        int limit = limit(exchange.request().getParam("limit"));
        String after = exchange.request().getParam("after");
        return page(exchange, next, new Page(limit), after, /* pages= */ 1);
    }

    private static final class Page {
        final int limit;
        final List<JsonObject> owned = new ArrayList<>();
        boolean hasMore;

        Page(int limit) {
            this.limit = limit;
        }
    }

    private Future<Reply> page(Exchange exchange, Stage.Next next, Page page, @Nullable String after, int pages) {
        exchange.ask(query(exchange.request().params(), after));
        return next.handle(exchange).compose(reply -> {
            if (reply.status() != 200) {
                return Future.succeededFuture(reply);
            }
            JsonObject list = list(reply);
            List<JsonObject> objects = objects(list);
            List<String> ids =
                    objects.stream().map(object -> object.getString("id")).toList();
            return owners.ownedBy(
                            exchange.candidate().account().id(),
                            exchange.caller().organizationId(),
                            ids)
                    .compose(owned -> {
                        for (JsonObject object : objects) {
                            if (owned.contains(object.getString("id"))) {
                                page.owned.add(object);
                            }
                        }
                        boolean more = Boolean.TRUE.equals(list.getValue("has_more")) && !objects.isEmpty();
                        if (more && page.owned.size() <= page.limit && pages < UPSTREAM_PAGES_MAX) {
                            return page(exchange, next, page, objects.getLast().getString("id"), pages + 1);
                        }
                        page.hasMore = more;
                        return Future.succeededFuture(answer(list, page));
                    });
        });
    }

    private static Reply answer(JsonObject lastList, Page page) {
        boolean cut = page.owned.size() > page.limit;
        List<JsonObject> shown = cut ? page.owned.subList(0, page.limit) : page.owned;
        JsonObject list = lastList.copy().put("data", new JsonArray(List.copyOf(shown)));
        if (list.containsKey("has_more")) {
            list.put("has_more", cut || page.hasMore);
        }
        if (list.containsKey("first_id")) {
            list.put("first_id", shown.isEmpty() ? null : shown.getFirst().getString("id"));
            list.put("last_id", shown.isEmpty() ? null : shown.getLast().getString("id"));
        }
        return Reply.json(200, list);
    }

    private static JsonObject list(Reply reply) {
        try {
            if (reply instanceof Reply.Whole whole
                    && whole.body().toJson() instanceof JsonObject list
                    && list.getValue("data") instanceof JsonArray) {
                return list;
            }
        } catch (DecodeException e) {
            // told below, like every other answer that is no list
        }
        throw new Problem(
                ProblemCode.OBJECT_NOT_FOUND,
                "What is found there can't be told apart by its owner, and the account is shared.");
    }

    private static List<JsonObject> objects(JsonObject list) {
        List<JsonObject> objects = new ArrayList<>();
        for (Object each : list.getJsonArray("data")) {
            if (each instanceof JsonObject object && object.getValue("id") instanceof String) {
                objects.add(object);
            }
        }
        return objects;
    }

    private static String query(MultiMap parameters, @Nullable String after) {
        StringBuilder query = new StringBuilder("limit=" + UPSTREAM_PAGE);
        for (Map.Entry<String, String> parameter : parameters) {
            if (!parameter.getKey().equals("limit") && !parameter.getKey().equals("after")) {
                append(query, parameter.getKey(), parameter.getValue());
            }
        }
        if (after != null) {
            append(query, "after", after);
        }
        return query.toString();
    }

    private static void append(StringBuilder query, String name, String value) {
        query.append('&')
                .append(URLEncoder.encode(name, StandardCharsets.UTF_8))
                .append('=')
                .append(URLEncoder.encode(value, StandardCharsets.UTF_8));
    }

    private static int limit(@Nullable String text) {
        if (text == null) {
            return PAGE_DEFAULT;
        }
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= PAGE_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below, like every other limit that is out of range
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "limit: " + text + " (expected: 1.." + PAGE_MAX + ")", "limit");
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v1/conversations} and their items, which responses read and add to. */
final class Conversations {
    private static final String STORED = "/v1/conversations";
    private static final int ITEMS_MAX = 20;

    private final Ids ids;
    private final Store store;
    private final Resource conversations;

    Conversations(Clock clock, Ids ids, Store store) {
        this.ids = ids;
        this.store = store;
        this.conversations =
                new Resource(clock, ids, store, "conv_", "conversation", (json, _) -> json.putObject("metadata"));
    }

    void addTo(Routes routes) {
        routes.post(STORED, this::create)
                .get(STORED + "/*", conversations::get)
                .post(STORED + "/*", conversations::update)
                .delete(STORED + "/*", conversations::delete)
                .post(STORED + "/*/items", this::addItems)
                .get(STORED + "/*/items", this::list)
                .get(STORED + "/*/items/*", this::item)
                .delete(STORED + "/*/items/*", this::removeItem);
    }

    /** The id in a request's {@code conversation}, which is a text or an object; null where there is none. */
    static @Nullable String idOf(JsonNode conversation) {
        JsonNode id = conversation.isObject() ? conversation.path("id") : conversation;
        return id.asText(null);
    }

    /** The items of a conversation, oldest first; 404 where it does not exist. */
    static List<ObjectNode> items(Store store, String id) {
        store.get(STORED, id);
        return store.all(itemsOf(id));
    }

    static void append(Store store, String id, List<ObjectNode> items) {
        for (ObjectNode item : items) {
            store.put(itemsOf(id), item.path("id").asText(), item);
        }
    }

    private Answer create(Call call) {
        ObjectNode request = call.body().length() == 0 ? Json.object() : call.json();
        List<ObjectNode> items = newItems(request);
        ObjectNode conversation = conversations.make(STORED, request, Buffer.buffer());
        append(store, conversation.path("id").asText(), items);
        return Answer.json(conversation);
    }

    private Answer addItems(Call call) {
        store.get(STORED, call.id());
        List<ObjectNode> items = newItems(call.json());
        append(store, call.id(), items);
        return Answer.json(Store.page(items, MultiMap.caseInsensitiveMultiMap().add("order", "asc")));
    }

    private Answer list(Call call) {
        return Answer.json(Store.page(items(store, call.id()), call.query()));
    }

    private Answer item(Call call) {
        return Answer.json(store.get(itemsOf(call.id()), call.lastId()));
    }

    private Answer removeItem(Call call) {
        store.remove(itemsOf(call.id()), call.lastId());
        return Answer.json(store.get(STORED, call.id()));
    }

    private List<ObjectNode> newItems(ObjectNode request) {
        List<ObjectNode> items = new ArrayList<>();
        for (JsonNode item : request.path("items")) {
            if (!(item instanceof ObjectNode object) || items.size() == ITEMS_MAX) {
                throw ApiError.badRequest("items: expected at most " + ITEMS_MAX + " objects", "items", null);
            }
            items.add(object.put("id", ids.next("msg_")).put("status", "completed"));
        }
        return items;
    }

    private static String itemsOf(String id) {
        return STORED + "/" + id + "/items";
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The items of a conversation, which responses read and add to. */
final class Conversations {
    static final String STORED = "/v1/conversations";

    private Conversations() {}

    /** The id in a request's {@code conversation}, which is a text or an object; null where there is none. */
    static @Nullable String idOf(JsonNode conversation) {
        JsonNode id = conversation.isObject() ? conversation.path("id") : conversation;
        return id.asText(null);
    }

    /** The items of a conversation, oldest first; 404 where it does not exist. */
    static List<ObjectNode> items(Store store, String id) {
        store.get(STORED, id);
        return store.all(STORED + "/" + id + "/items");
    }

    static void append(Store store, String id, List<ObjectNode> items) {
        for (ObjectNode item : items) {
            store.put(STORED + "/" + id + "/items", item.path("id").asText(), item);
        }
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Chat completions that were created with {@code store: true}, and the messages that they answered. */
final class StoredCompletions {
    private static final String STORED = "/v1/chat/completions";
    private static final String MESSAGES = "/v1/chat/completions/*/messages";

    private final Ids ids;
    private final Store store;
    private final Resource completions;

    StoredCompletions(Clock clock, Ids ids, Store store) {
        this.ids = ids;
        this.store = store;
        this.completions = new Resource(clock, ids, store, "chatcmpl-", "chat.completion", (_, _) -> {});
    }

    void addTo(Routes routes) {
        routes.get(STORED, completions::list)
                .get(STORED + "/*", completions::get)
                .post(STORED + "/*", completions::update)
                .delete(STORED + "/*", completions::delete)
                .get(MESSAGES, this::messages);
    }

    void keep(ObjectNode completion, ObjectNode request) {
        String id = completion.path("id").asText();
        completion.set("metadata", request.has("metadata") ? request.get("metadata") : Json.object());
        ObjectNode messages = Json.object();
        for (JsonNode message : request.path("messages")) {
            messages.withArray("data").addObject().put("id", ids.next("msg_")).setAll((ObjectNode) message);
        }
        store.put(STORED, id, completion);
        store.put(MESSAGES, id, messages);
    }

    private Answer messages(Call call) {
        List<ObjectNode> messages = new ArrayList<>();
        store.get(MESSAGES, call.id()).path("data").forEach(message -> messages.add((ObjectNode) message));
        return Answer.json(Store.page(messages, call.query()));
    }
}

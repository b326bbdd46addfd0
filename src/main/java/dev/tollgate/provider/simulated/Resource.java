package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Usage;
import io.vertx.core.buffer.Buffer;
import java.time.Clock;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Objects that can be made, read, listed, changed and deleted, and do nothing else. Where they live below another
 * object, such as {@code /v1/vector_stores/vs_1/files}, that one has to exist.
 */
final class Resource {
    /** Fills a new object from the request that makes it. */
    interface Maker {
        void fill(ObjectNode object, ObjectNode request);
    }

    private static final Set<String> FIXED = Set.of("id", "object", "created_at", "status");

    private final Clock clock;
    private final Ids ids;
    private final Store store;
    private final String prefix;
    private final String name;
    private final Maker maker;

    /**
     * @param prefix what ids begin with
     * @param name what the member {@code object} says
     */
    Resource(Clock clock, Ids ids, Store store, String prefix, String name, Maker maker) {
        this.clock = clock;
        this.ids = ids;
        this.store = store;
        this.prefix = prefix;
        this.name = name;
        this.maker = maker;
    }

    Answer create(Call call) {
        ObjectNode request = call.body().length() == 0 ? Json.object() : call.json();
        return Answer.json(make(call.path(), request, Buffer.buffer()));
    }

    /** Makes an object from a multipart form, whose file becomes the content. */
    Answer upload(Call call) {
        Form form = call.form();
        Form.Part file = form.file("file");
        ObjectNode request = Json.object();
        form.fields().forEach(request::put);
        request.put("filename", file.filename()).put("bytes", file.content().length());
        return Answer.json(make(call.path(), request, file.content()));
    }

    ObjectNode make(String collection, ObjectNode request, Buffer content) {
        ObjectNode object = Json.object()
                .put("id", ids.next(prefix))
                .put("object", name)
                .put("created_at", clock.instant().getEpochSecond());
        ObjectNode parent = requireParent(collection);
        if (parent != null) {
            object.set(parent.path("object").asText() + "_id", parent.get("id"));
        }
        maker.fill(object, request);
        JsonNode metadata = request.path("metadata");
        if (metadata.isObject()) {
            object.set("metadata", metadata);
        }
        store.put(collection, object.path("id").asText(), object, content);
        return object;
    }

    Answer list(Call call) {
        requireParent(call.path());
        return Answer.json(store.page(call.path(), call.query()));
    }

    Answer get(Call call) {
        return Answer.json(store.get(parent(call.path()), call.lastId()));
    }

    Answer content(Call call) {
        Buffer content = store.content(parent(parent(call.path())), call.lastId());
        return new Answer.Whole(200, "application/octet-stream", content, "", Usage.NONE);
    }

    /** Changes the members that the request names. */
    Answer update(Call call) {
        String collection = parent(call.path());
        ObjectNode object = store.get(collection, call.lastId()).deepCopy();
        object.setAll(call.json().remove(FIXED));
        store.put(collection, call.lastId(), object, store.content(collection, call.lastId()));
        return Answer.json(object);
    }

    Answer cancel(Call call) {
        String collection = parent(parent(call.path()));
        ObjectNode object = store.get(collection, call.lastId()).deepCopy();
        object.put("status", "cancelled").put("cancelled_at", clock.instant().getEpochSecond());
        store.put(collection, call.lastId(), object);
        return Answer.json(object);
    }

    Answer delete(Call call) {
        store.remove(parent(call.path()), call.lastId());
        String deleted = name.equals("file") || name.equals("response") ? name : name + ".deleted";
        return Answer.json(
                Json.object().put("id", call.lastId()).put("object", deleted).put("deleted", true));
    }

    /** The object that this collection lives below; null for one that stands alone, such as {@code /v1/files}. */
    private @Nullable ObjectNode requireParent(String collection) {
        String parent = parent(collection);
        boolean below = parent.chars().filter(c -> c == '/').count() >= 3;
        return below ? store.get(parent(parent), parent.substring(parent.lastIndexOf('/') + 1)) : null;
    }

    private static String parent(String path) {
        return path.substring(0, path.lastIndexOf('/'));
    }
}

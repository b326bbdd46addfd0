package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Everything that outlives a request: files, responses, conversations and the like. An object belongs to a
 * collection, named by its path. At most 10,000 objects and 64 MiB; the oldest go first. Used by one thread.
 */
final class Store {
    static final int OBJECTS_MAX = 10_000;
    static final long BYTES_MAX = 64L * 1024 * 1024;

    private static final int PAGE_MAX = 10_000;
    private static final int PAGE_DEFAULT = 20;
    private static final Buffer NOTHING = Buffer.buffer();

    private record Key(String collection, String id) {}

    private record Stored(ObjectNode json, Buffer content, long bytes) {}

    private final Map<Key, Stored> objects = new LinkedHashMap<>();
    private long bytes;

    void put(String collection, String id, ObjectNode json) {
        put(collection, id, json, NOTHING);
    }

    /** Stores an object and its content, in the place of one that has the same id. */
    void put(String collection, String id, ObjectNode json, Buffer content) {
        Key key = new Key(collection, id);
        Stored stored = new Stored(
                json, content, content.length() + (long) Json.bytes(json).length());
        Stored before = objects.put(key, stored);
        bytes += stored.bytes() - (before == null ? 0 : before.bytes());
        Iterator<Stored> oldest = objects.values().iterator();
        while ((objects.size() > OBJECTS_MAX || bytes > BYTES_MAX) && oldest.hasNext()) {
            bytes -= oldest.next().bytes();
            oldest.remove();
        }
    }

    @Nullable
    ObjectNode find(String collection, String id) {
        Stored stored = objects.get(new Key(collection, id));
        return stored == null ? null : stored.json();
    }

    /** The object, or a 404. */
    ObjectNode get(String collection, String id) {
        return require(collection, id).json();
    }

    Buffer content(String collection, String id) {
        return require(collection, id).content();
    }

    /** Removes an object, or answers 404. */
    void remove(String collection, String id) {
        bytes -= require(collection, id).bytes();
        objects.remove(new Key(collection, id));
    }

    /** All of a collection, oldest first. */
    List<ObjectNode> all(String collection) {
        List<ObjectNode> all = new ArrayList<>();
        objects.forEach((key, stored) -> {
            if (key.collection().equals(collection)) {
                all.add(stored.json());
            }
        });
        return all;
    }

    ObjectNode page(String collection, MultiMap query) {
        return page(all(collection), query);
    }

    /** A page as OpenAI lists: newest first unless {@code order=asc}, after an id, at most {@code limit}. */
    static ObjectNode page(List<ObjectNode> oldestFirst, MultiMap query) {
        List<ObjectNode> all = new ArrayList<>(oldestFirst);
        if (!"asc".equals(query.get("order"))) {
            Collections.reverse(all);
        }
        int start = after(all, query.get("after"));
        int end = Math.min(all.size(), start + limit(query.get("limit")));
        ObjectNode page = Json.object().put("object", "list");
        ArrayNode data = page.putArray("data");
        all.subList(start, end).forEach(data::add);
        return page.put("first_id", start == end ? null : id(all.get(start)))
                .put("last_id", start == end ? null : id(all.get(end - 1)))
                .put("has_more", end < all.size());
    }

    private Stored require(String collection, String id) {
        Stored stored = objects.get(new Key(collection, id));
        if (stored == null) {
            throw ApiError.notFound("No object with id '" + id + "' in " + collection + ".", "id", null);
        }
        return stored;
    }

    /** Where a page begins; a cursor that is not there is past the end. */
    private static int after(List<ObjectNode> all, @Nullable String cursor) {
        for (int i = 0; cursor != null && i < all.size(); i++) {
            if (id(all.get(i)).equals(cursor)) {
                return i + 1;
            }
        }
        return cursor == null ? 0 : all.size();
    }

    private static String id(ObjectNode json) {
        return json.path("id").asText();
    }

    private static int limit(@Nullable String limit) {
        if (limit == null) {
            return PAGE_DEFAULT;
        }
        if (!limit.matches("\\d{1,5}") || Integer.parseInt(limit) < 1 || Integer.parseInt(limit) > PAGE_MAX) {
            throw ApiError.badRequest("limit: " + limit + " (expected: 1.." + PAGE_MAX + ")", "limit", null);
        }
        return Integer.parseInt(limit);
    }
}

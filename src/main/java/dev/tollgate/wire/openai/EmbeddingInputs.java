package dev.tollgate.wire.openai;

import dev.tollgate.wire.json.CanonicalDigest;
import dev.tollgate.wire.json.NameSet;
import dev.tollgate.wire.json.Raw;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a request wants embedded, item by item: texts, or lists of tokens. */
public final class EmbeddingInputs {
    private static final NameSet NONE = NameSet.of();

    private final RequestBody body;
    private final Raw input;
    private final List<Raw> items;

    private EmbeddingInputs(RequestBody body, Raw input, List<Raw> items) {
        this.body = body;
        this.input = input;
        this.items = items;
    }

    /** The items of a body that was read, or null where they are of another form. */
    public static @Nullable EmbeddingInputs of(RequestBody body) {
        Raw input = body.member("input");
        if (input == null) {
            return null;
        }
        if (input.isString()) {
            return new EmbeddingInputs(body, input, List.of(input));
        }
        List<Raw> items = input.elements();
        if (!items.isEmpty() && items.stream().allMatch(Raw::isNumber)) {
            return new EmbeddingInputs(body, input, List.of(input)); // the tokens of one text
        }
        boolean areItems = !items.isEmpty() && items.stream().allMatch(item -> item.isString() || item.isArray());
        return areItems ? new EmbeddingInputs(body, input, items) : null;
    }

    public int size() {
        return items.size();
    }

    /** How many bytes an item has as written. */
    public int length(int item) {
        return items.get(item).end() - items.get(item).start();
    }

    /** Tells a digest what an item means. */
    public void tell(int item, CanonicalDigest digest) {
        Raw raw = items.get(item);
        digest.json(raw.bytes(), raw.start(), raw.end(), NONE);
    }

    /** The same request for some of the items alone. */
    public RequestBody only(List<Integer> wanted) {
        List<String> kept = new ArrayList<>(wanted.size());
        wanted.forEach(item -> kept.add(items.get(item).json()));
        return body.with(input, "[" + String.join(",", kept) + "]", Operation.EMBEDDING);
    }
}

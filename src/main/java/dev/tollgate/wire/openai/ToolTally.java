package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Counts, while the items of a response are read, what it did with the provider's own tools. OpenAI bills that beside its
 * usage, which says nothing of it: searches by the call, the code interpreter by its container.
 */
final class ToolTally {
    static final ToolTally NONE = new ToolTally();

    private static final byte[] TYPE = "type".getBytes(US_ASCII);
    private static final byte[] ACTION = "action".getBytes(US_ASCII);
    private static final byte[] CONTAINER_ID = "container_id".getBytes(US_ASCII);

    private long webSearches;
    private long fileSearches;
    private Set<String> containers = Set.of();

    // Of the item that is being read.
    private @Nullable String type;
    private @Nullable String action;
    private @Nullable String container;

    /** Reads the value of the member of an item whose name the cursor has just read, if it is of interest. */
    void read(JsonCursor cursor) {
        if (cursor.textIs(TYPE)) {
            type = text(cursor);
        } else if (cursor.textIs(ACTION)) {
            action = typeOf(cursor);
        } else if (cursor.textIs(CONTAINER_ID)) {
            container = text(cursor);
        }
    }

    /** Of what a web search does only the search itself is billed, not what it opens. */
    void endItem() {
        switch (type) {
            case "web_search_call" -> webSearches += action == null || action.equals("search") ? 1 : 0;
            case "file_search_call" -> fileSearches++;
            case "code_interpreter_call" -> {
                containers = containers.isEmpty() ? new HashSet<>() : containers;
                containers.add(container == null ? "" : container);
            }
            case null, default -> {}
        }
        type = null;
        action = null;
        container = null;
    }

    /** A usage with these in it, where it does not count them by itself. */
    Usage addTo(Usage usage) {
        boolean isNone = webSearches + fileSearches + containers.size() == 0;
        boolean isCounted =
                usage.count(Meter.WEB_SEARCH) + usage.count(Meter.FILE_SEARCH) + usage.count(Meter.CODE_SESSION) > 0;
        return isNone || isCounted
                ? usage
                : usage.with(Meter.WEB_SEARCH, webSearches)
                        .with(Meter.FILE_SEARCH, fileSearches)
                        .with(Meter.CODE_SESSION, containers.size());
    }

    private static @Nullable String typeOf(JsonCursor cursor) {
        Token token = cursor.next();
        if (token != Token.OBJECT_START) {
            skipRest(cursor, token);
            return null;
        }
        String found = null;
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(TYPE)) {
                found = text(cursor);
            } else {
                cursor.skip();
            }
        }
        return found;
    }

    private static @Nullable String text(JsonCursor cursor) {
        Token token = cursor.next();
        if (token == Token.STRING) {
            return cursor.text();
        }
        skipRest(cursor, token);
        return null;
    }

    private static void skipRest(JsonCursor cursor, Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }
}

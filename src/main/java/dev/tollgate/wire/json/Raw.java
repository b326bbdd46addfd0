package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A value of a JSON document as it is written there, to be looked into one level at a time and put elsewhere unchanged. Not
 * for the request's way, because each level is read anew.
 *
 * @param start where it begins
 * @param end past its last byte
 */
public record Raw(byte[] bytes, int start, int end) {
    /** A document, without blanks around it; throws {@link InvalidJson} where it is none. */
    public static Raw of(byte[] bytes, int start, int end) {
        JsonCursor cursor = new JsonCursor(bytes, start, end);
        Raw document = value(bytes, cursor);
        cursor.next(); // nothing may follow
        return document;
    }

    /** A value that is written so. */
    public static Raw of(String json) {
        byte[] bytes = json.getBytes(UTF_8);
        return new Raw(bytes, 0, bytes.length);
    }

    /** The members of an object, in their order, of several with one name the last; none of anything else. */
    public Map<String, Raw> members() {
        Map<String, Raw> members = new LinkedHashMap<>();
        JsonCursor cursor = new JsonCursor(bytes, start, end);
        if (cursor.next() == Token.OBJECT_START) {
            while (cursor.next() == Token.NAME) {
                members.put(cursor.text(), value(bytes, cursor));
            }
        }
        return members;
    }

    /** The elements of an array; none of anything else. */
    public List<Raw> elements() {
        List<Raw> elements = new ArrayList<>();
        JsonCursor cursor = new JsonCursor(bytes, start, end);
        if (cursor.next() != Token.ARRAY_START) {
            return elements;
        }
        while (true) {
            Token token = cursor.next();
            if (token == Token.ARRAY_END) {
                return elements;
            }
            elements.add(value(bytes, cursor, token));
        }
    }

    /** The string that it is, or an empty one for anything else. */
    public String text() {
        JsonCursor cursor = new JsonCursor(bytes, start, end);
        return cursor.next() == Token.STRING ? cursor.text() : "";
    }

    public boolean isString() {
        return bytes[start] == '"';
    }

    public boolean isObject() {
        return bytes[start] == '{';
    }

    public boolean isArray() {
        return bytes[start] == '[';
    }

    public boolean isNumber() {
        return bytes[start] == '-' || (bytes[start] >= '0' && bytes[start] <= '9');
    }

    public boolean isNull() {
        return bytes[start] == 'n';
    }

    /** As it is written. */
    public String json() {
        return new String(bytes, start, end - start, UTF_8);
    }

    /** What is written between its quotes, brackets or braces. */
    public String inside() {
        return new String(bytes, start + 1, end - start - 2, UTF_8);
    }

    private static Raw value(byte[] bytes, JsonCursor cursor) {
        return value(bytes, cursor, cursor.next());
    }

    private static Raw value(byte[] bytes, JsonCursor cursor, Token token) {
        int from = cursor.tokenStart();
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
        return new Raw(bytes, from, cursor.tokenEnd());
    }
}

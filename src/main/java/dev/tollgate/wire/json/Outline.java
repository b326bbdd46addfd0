package dev.tollgate.wire.json;

import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.Arrays;

/**
 * Where the values of a JSON document lie, in their order: no tree, one array of numbers. A node is a value or the name of a
 * member, which its value follows; the nodes inside of a container follow the container's. Not safe for threads.
 */
final class Outline {
    /** What is kept of a larger document is given back, so that one of them doesn't cost its room for ever. */
    private static final int KEPT_MAX = 64 * 1024;

    private static final int SIZE = 4;
    private static final Token[] TOKENS = Token.values();

    private int[] nodes = new int[256];
    private int length;
    private final int[] open = new int[JsonCursor.MAX_DEPTH];

    /** Reads a document; throws {@link InvalidJson} where it is none. */
    void read(JsonCursor cursor) {
        if (nodes.length > KEPT_MAX) {
            nodes = new int[256];
        }
        length = 0;
        while (true) {
            Token token = cursor.next();
            switch (token) {
                case END -> {
                    return;
                }
                case OBJECT_START, ARRAY_START -> {
                    open[cursor.depth() - 1] = length;
                    add(token, cursor);
                }
                case OBJECT_END, ARRAY_END -> nodes[open[cursor.depth()] + 3] = length;
                default -> add(token, cursor);
            }
        }
    }

    private void add(Token token, JsonCursor cursor) {
        if (nodes.length < length + SIZE) {
            nodes = Arrays.copyOf(nodes, nodes.length * 2);
        }
        boolean isText = token == Token.NAME || token == Token.STRING;
        nodes[length] = token.ordinal() << 1 | (isText && cursor.isEscaped() ? 1 : 0);
        nodes[length + 1] = cursor.tokenStart();
        nodes[length + 2] = cursor.tokenEnd();
        length += SIZE;
        nodes[length - 1] = length;
    }

    Token token(int node) {
        return TOKENS[nodes[node] >> 1];
    }

    /** Whether a string or name has escapes in it. */
    boolean isEscaped(int node) {
        return (nodes[node] & 1) != 0;
    }

    /** Where its token begins; of strings and names at the opening quote. */
    int start(int node) {
        return nodes[node + 1];
    }

    /** Where its token ends; of strings and names past the closing quote. */
    int end(int node) {
        return nodes[node + 2];
    }

    /** The first node inside of a container, and the value of a name. */
    int inside(int node) {
        return node + SIZE;
    }

    /** The node after a value and all that is inside of it. */
    int next(int node) {
        return nodes[node + 3];
    }
}

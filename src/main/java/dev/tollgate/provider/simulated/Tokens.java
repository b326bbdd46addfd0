package dev.tollgate.provider.simulated;

import java.util.ArrayList;
import java.util.List;

/**
 * The simulated provider's own tokenizer: a token is at most four bytes of UTF-8, taken greedily from the start, and
 * never splits a character. An English text of n bytes therefore has n / 4 tokens, rounded up.
 */
final class Tokens {
    private static final int BYTES_MAX = 4;

    private Tokens() {}

    static long count(String text) {
        long tokens = 0;
        for (int start = 0; start < text.length(); tokens++) {
            start = end(text, start);
        }
        return tokens;
    }

    static List<String> split(String text) {
        List<String> tokens = new ArrayList<>(text.length() / BYTES_MAX + 1);
        for (int start = 0; start < text.length(); ) {
            int end = end(text, start);
            tokens.add(text.substring(start, end));
            start = end;
        }
        return tokens;
    }

    /** Where the token that begins at {@code start} ends. */
    static int end(String text, int start) {
        int index = start;
        for (int bytes = 0; index < text.length(); ) {
            int character = text.codePointAt(index);
            bytes += character < 0x80 ? 1 : character < 0x800 ? 2 : character < 0x10000 ? 3 : 4;
            if (bytes > BYTES_MAX) {
                break;
            }
            index += Character.charCount(character);
        }
        return index;
    }
}

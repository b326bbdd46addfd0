package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.JsonCursor;
import java.util.Arrays;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Finds the constant of an enumeration whose name, in lower case, a cursor has just read, without making a string. */
final class Vocabulary<E extends Enum<E>> {
    private final E[] words;
    private final byte[][] names;
    private final int[][] byLength;
    private final int[] all;

    Vocabulary(E[] words) {
        this.words = words.clone();
        names = Arrays.stream(words)
                .map(word -> word.name().toLowerCase(Locale.ROOT).getBytes(US_ASCII))
                .toArray(byte[][]::new);
        all = IntStream.range(0, words.length).toArray();
        int longest = Arrays.stream(names).mapToInt(name -> name.length).max().orElse(0);
        byLength = IntStream.rangeClosed(0, longest)
                .mapToObj(length ->
                        IntStream.of(all).filter(i -> names[i].length == length).toArray())
                .toArray(int[][]::new);
    }

    /** The constant for the string or name just read, or null. */
    @Nullable
    E at(JsonCursor cursor) {
        int length = cursor.textLength();
        if (cursor.isEscaped()) {
            return find(cursor, all);
        }
        return length < byLength.length ? find(cursor, byLength[length]) : null;
    }

    private @Nullable E find(JsonCursor cursor, int[] candidates) {
        for (int i : candidates) {
            if (cursor.textIs(names[i])) {
                return words[i];
            }
        }
        return null;
    }
}

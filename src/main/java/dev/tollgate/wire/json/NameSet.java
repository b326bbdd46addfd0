package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.stream.Stream;

/** Names of members, found by their bytes. Immutable. */
public final class NameSet {
    private final byte[][] names;

    private NameSet(byte[][] names) {
        this.names = names;
    }

    public static NameSet of(String... names) {
        return new NameSet(Stream.of(names).map(name -> name.getBytes(UTF_8)).toArray(byte[][]::new));
    }

    /** These names and another one. */
    public NameSet and(String name) {
        byte[][] more = Arrays.copyOf(names, names.length + 1);
        more[names.length] = name.getBytes(UTF_8);
        return new NameSet(more);
    }

    /** Whether the bytes from {@code start} to before {@code end} are one of the names. */
    boolean has(byte[] bytes, int start, int end) {
        for (byte[] name : names) {
            if (name.length == end - start && Arrays.equals(name, 0, name.length, bytes, start, end)) {
                return true;
            }
        }
        return false;
    }
}

package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * SHA-256 over what JSON means: the same for every way to write it. Neither the order of members matters, nor blanks, nor how
 * characters are escaped or numbers written; all else does. What is fed is told apart from what follows it, so that no two
 * sequences of values have the same digest. Not safe for threads.
 */
public final class CanonicalDigest {
    /** Members of an object up to which the simplest way to sort is the fastest. */
    private static final int FEW = 16;

    private static final int ROOM = 4 * 1024;

    private static final NameSet NONE = NameSet.of();

    private final MessageDigest sha = sha256();
    private final Outline outline = new Outline();
    private final PlainText plain = new PlainText();
    private final CanonicalNumber number = new CanonicalNumber();
    private final byte[] room = new byte[ROOM];
    private int used;

    /** Nodes of members' names, in the order in which they are fed; each object that is open has a run of them. */
    private int[] members = new int[64];

    private byte[] bytes = {};

    /** Feeds a text, or null, which is none. */
    public CanonicalDigest text(@Nullable String text) {
        if (text == null) {
            tag('0');
        } else {
            byte[] utf8 = text.getBytes(UTF_8);
            string(utf8, 0, utf8.length);
        }
        return this;
    }

    /** Feeds bytes. */
    public CanonicalDigest bytes(byte[] fed) {
        string(fed, 0, fed.length);
        return this;
    }

    /** Feeds a number. */
    public CanonicalDigest number(long value) {
        return text(Long.toString(value));
    }

    /**
     * Feeds a document that lies from {@code start} to before {@code end}; throws {@link InvalidJson} where it is none.
     *
     * @param leftOut members of the outermost object that don't count
     */
    public CanonicalDigest json(byte[] document, int start, int end, NameSet leftOut) {
        bytes = document;
        outline.read(new JsonCursor(document, start, end));
        value(0, 0, leftOut);
        bytes = new byte[0];
        return this;
    }

    /** The digest of all that was fed; the next one begins from nothing. */
    public byte[] digest() {
        flush();
        return sha.digest();
    }

    /** Forgets what was fed. */
    public void reset() {
        used = 0;
        sha.reset();
    }

    /** @param run where in {@link #members} there is room */
    private void value(int node, int run, NameSet leftOut) {
        switch (outline.token(node)) {
            case OBJECT_START -> object(node, run, leftOut);
            case ARRAY_START -> {
                tag('A');
                int end = outline.next(node);
                for (int at = outline.inside(node); at < end; at = outline.next(at)) {
                    value(at, run, NONE);
                }
                tag('Z');
            }
            case STRING -> string(node);
            case NUMBER -> {
                number.write(bytes, outline.start(node), outline.end(node));
                tag('N');
                put(number.text(), 0, number.length());
                tag(';');
            }
            case TRUE -> tag('T');
            case FALSE -> tag('F');
            case NULL -> tag('0');
            default -> throw new IllegalStateException(outline.token(node) + " is no value");
        }
    }

    private void object(int node, int run, NameSet leftOut) {
        int end = outline.next(node);
        int runEnd = run;
        for (int name = outline.inside(node); name < end; name = outline.next(outline.inside(name))) {
            if (leftOut == NONE || !isIn(leftOut, name)) {
                if (members.length == runEnd) {
                    members = Arrays.copyOf(members, runEnd * 2);
                }
                members[runEnd++] = name;
            }
        }
        sort(run, runEnd);
        tag('O');
        for (int i = run; i < runEnd; i++) {
            string(members[i]);
            value(outline.inside(members[i]), runEnd, NONE);
        }
        tag('Z');
    }

    private boolean isIn(NameSet names, int name) {
        if (outline.isEscaped(name)) {
            byte[] decoded = decoded(name);
            return names.has(decoded, 0, decoded.length);
        }
        return names.has(bytes, outline.start(name) + 1, outline.end(name) - 1);
    }

    /** Names that are given twice keep their order, because the last of them may be the one that counts. */
    private void sort(int from, int to) {
        if (to - from > FEW) {
            int[] sorted = Arrays.stream(members, from, to)
                    .boxed()
                    .sorted(this::compare)
                    .mapToInt(Integer::intValue)
                    .toArray();
            System.arraycopy(sorted, 0, members, from, sorted.length);
            return;
        }
        for (int i = from + 1; i < to; i++) {
            int name = members[i];
            int at = i;
            while (at > from && compare(members[at - 1], name) > 0) {
                members[at] = members[at - 1];
                at--;
            }
            members[at] = name;
        }
    }

    private int compare(int a, int b) {
        if (outline.isEscaped(a) || outline.isEscaped(b)) {
            return Arrays.compareUnsigned(decoded(a), decoded(b));
        }
        return Arrays.compareUnsigned(
                bytes, outline.start(a) + 1, outline.end(a) - 1, bytes, outline.start(b) + 1, outline.end(b) - 1);
    }

    private byte[] decoded(int name) {
        plain.read(bytes, outline.start(name) + 1, outline.end(name) - 1);
        return plain.copy();
    }

    private void string(int node) {
        int start = outline.start(node) + 1;
        int end = outline.end(node) - 1;
        if (outline.isEscaped(node)) {
            plain.read(bytes, start, end);
            string(plain.text(), 0, plain.length());
        } else {
            string(bytes, start, end);
        }
    }

    private void string(byte[] utf8, int start, int end) {
        int length = end - start;
        tag('S');
        tag(length >>> 24);
        tag(length >>> 16);
        tag(length >>> 8);
        tag(length);
        put(utf8, start, end);
    }

    private void tag(int one) {
        if (used == ROOM) {
            flush();
        }
        room[used++] = (byte) one;
    }

    private void put(byte[] source, int start, int end) {
        int length = end - start;
        if (length > ROOM - used) {
            flush();
        }
        if (length > ROOM) {
            sha.update(source, start, length);
            return;
        }
        System.arraycopy(source, start, room, used, length);
        used += length;
    }

    private void flush() {
        sha.update(room, 0, used);
        used = 0;
    }

    private static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e); // every Java has it
        }
    }
}

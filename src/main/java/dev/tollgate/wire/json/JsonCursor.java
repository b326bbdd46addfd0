package dev.tollgate.wire.json;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Walks one JSON document (RFC 8259) token by token and says where each token lies, so that a reader can pick what it
 * needs and splice the bytes without rebuilding them. The grammar is checked strictly; text is not checked to be valid
 * UTF-8. Nesting beyond {@link #MAX_DEPTH} is refused.
 *
 * <p>Own code rather than a library's parser because it runs over every byte of every request: strings, which are
 * nearly all of a prompt, are passed eight bytes at a time and never decoded. {@code JsonCursorTest} holds it against
 * Jackson on generated documents. Not safe for threads; throws {@link InvalidJson}.
 */
public final class JsonCursor {
    /** Containers within containers; beyond it a document is refused. */
    public static final int MAX_DEPTH = 128;

    /** What {@link #next} found. {@code END} follows the document. */
    public enum Token {
        OBJECT_START,
        OBJECT_END,
        ARRAY_START,
        ARRAY_END,
        NAME,
        STRING,
        NUMBER,
        TRUE,
        FALSE,
        NULL,
        END
    }

    private enum Expect {
        VALUE,
        FIRST_NAME,
        NAME,
        FIRST_ELEMENT,
        COMMA,
        NOTHING
    }

    private static final VarHandle EIGHT_BYTES =
            MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long EACH = 0x0101010101010101L;
    private static final long HIGH = 0x8080808080808080L;

    private final byte[] bytes;
    private final int end;
    private int at;
    private Expect expect = Expect.VALUE;

    private int depth;
    /** A bit per level, lowest level first: set where the container is an object. */
    private long objectsLow;

    private long objectsHigh;

    private int tokenStart;
    private int tokenEnd;
    private boolean escaped;

    public JsonCursor(byte[] bytes) {
        this(bytes, 0, bytes.length);
    }

    /** Reads {@code bytes} from {@code start} to before {@code end}. */
    public JsonCursor(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        this.at = start;
        this.end = end;
    }

    /** How many containers are open around the next token. */
    public int depth() {
        return depth;
    }

    /** Where the token begins; for strings and names at the opening quote. */
    public int tokenStart() {
        return tokenStart;
    }

    /** One past the token's last byte; for strings and names past the closing quote. */
    public int tokenEnd() {
        return tokenEnd;
    }

    /** Moves to the next token. */
    public Token next() {
        skipBlanks();
        return switch (expect) {
            case VALUE -> value();
            case FIRST_NAME -> at < end && bytes[at] == '}' ? close(Token.OBJECT_END) : name();
            case NAME -> name();
            case FIRST_ELEMENT -> at < end && bytes[at] == ']' ? close(Token.ARRAY_END) : value();
            case COMMA -> afterValue();
            case NOTHING -> documentEnd();
        };
    }

    /** After a name: passes over its value. After a container's start: passes over the rest of the container. */
    public void skip() {
        int around = expect == Expect.VALUE ? depth : depth - 1;
        do {
            next();
        } while (depth > around);
    }

    /** Whether the string or name just read is this ASCII text, however it was escaped. */
    public boolean textIs(byte[] ascii) {
        if (escaped) {
            return text().equals(new String(ascii, StandardCharsets.US_ASCII));
        }
        return textLength() == ascii.length
                && Arrays.equals(bytes, tokenStart + 1, tokenEnd - 1, ascii, 0, ascii.length);
    }

    /** Whether the string or name just read has escapes in it. */
    public boolean isEscaped() {
        return escaped;
    }

    /** How many bytes the string or name just read has between its quotes, as written. */
    public int textLength() {
        return tokenEnd - tokenStart - 2;
    }

    /** The string or name just read, decoded. */
    public String text() {
        String raw = new String(bytes, tokenStart + 1, textLength(), StandardCharsets.UTF_8);
        return escaped ? unescape(raw) : raw;
    }

    /**
     * The number just read when it is a whole one from 0 to {@link Long#MAX_VALUE} written without a point or exponent,
     * else a negative one.
     */
    public long wholeNumber() {
        if (tokenEnd - tokenStart > 19) {
            return -1;
        }
        long value = 0;
        for (int i = tokenStart; i < tokenEnd; i++) {
            int digit = bytes[i] - '0';
            if (digit < 0 || digit > 9) {
                return -1;
            }
            value = value * 10 + digit;
        }
        return value; // nineteen nines overflow to a negative value, which callers treat as "not a whole number"
    }

    /** The number just read as the nearest double. */
    public double decimal() {
        return Double.parseDouble(new String(bytes, tokenStart, tokenEnd - tokenStart, StandardCharsets.US_ASCII));
    }

    private Token value() {
        if (at >= end) {
            throw unexpectedEnd();
        }
        tokenStart = at;
        return switch (bytes[at]) {
            case '{' -> open(true);
            case '[' -> open(false);
            case '"' -> {
                string();
                valueDone();
                yield Token.STRING;
            }
            case 't' -> literal("true", Token.TRUE);
            case 'f' -> literal("false", Token.FALSE);
            case 'n' -> literal("null", Token.NULL);
            default -> number();
        };
    }

    private Token name() {
        if (at >= end || bytes[at] != '"') {
            throw invalid("expected a member name");
        }
        string();
        skipBlanks();
        if (at >= end || bytes[at] != ':') {
            throw invalid("expected ':'");
        }
        at++;
        expect = Expect.VALUE;
        return Token.NAME;
    }

    private Token afterValue() {
        if (at >= end) {
            throw unexpectedEnd();
        }
        boolean inObject = inObject();
        byte b = bytes[at];
        if (b == ',') {
            at++;
            skipBlanks();
            return inObject ? name() : value();
        }
        if (b == '}' && inObject) {
            return close(Token.OBJECT_END);
        }
        if (b == ']' && !inObject) {
            return close(Token.ARRAY_END);
        }
        throw invalid(inObject ? "expected ',' or '}'" : "expected ',' or ']'");
    }

    private Token documentEnd() {
        if (at < end) {
            throw invalid("expected nothing after the document");
        }
        tokenStart = at;
        tokenEnd = at;
        return Token.END;
    }

    private Token open(boolean object) {
        if (depth == MAX_DEPTH) {
            throw invalid("more than " + MAX_DEPTH + " levels of nesting");
        }
        long bit = 1L << depth;
        if (depth < Long.SIZE) {
            objectsLow = object ? objectsLow | bit : objectsLow & ~bit;
        } else {
            objectsHigh = object ? objectsHigh | bit : objectsHigh & ~bit;
        }
        depth++;
        at++;
        tokenEnd = at;
        expect = object ? Expect.FIRST_NAME : Expect.FIRST_ELEMENT;
        return object ? Token.OBJECT_START : Token.ARRAY_START;
    }

    private Token close(Token token) {
        tokenStart = at;
        at++;
        tokenEnd = at;
        depth--;
        valueDone();
        return token;
    }

    private boolean inObject() {
        int level = depth - 1;
        return ((level < Long.SIZE ? objectsLow : objectsHigh) >>> level & 1) != 0;
    }

    private void valueDone() {
        expect = depth == 0 ? Expect.NOTHING : Expect.COMMA;
    }

    private Token literal(String word, Token token) {
        if (end - at < word.length()) {
            throw unexpectedEnd();
        }
        for (int i = 0; i < word.length(); i++) {
            if (bytes[at + i] != word.charAt(i)) {
                throw invalid("expected a value");
            }
        }
        at += word.length();
        tokenEnd = at;
        valueDone();
        return token;
    }

    private Token number() {
        if (bytes[at] == '-') {
            at++;
        }
        if (at < end && bytes[at] == '0') {
            at++;
        } else {
            digits("expected a value");
        }
        if (at < end && bytes[at] == '.') {
            at++;
            digits("expected a digit");
        }
        if (at < end && (bytes[at] | 0x20) == 'e') {
            at++;
            if (at < end && (bytes[at] == '+' || bytes[at] == '-')) {
                at++;
            }
            digits("expected a digit");
        }
        tokenEnd = at;
        valueDone();
        return Token.NUMBER;
    }

    private void digits(String expectation) {
        int first = at;
        while (at < end && bytes[at] >= '0' && bytes[at] <= '9') {
            at++;
        }
        if (at == first) {
            throw at < end ? invalid(expectation) : unexpectedEnd();
        }
    }

    /** Passes a string, from its opening quote to past its closing one. */
    private void string() {
        tokenStart = at;
        escaped = false;
        at++;
        while (true) {
            skipPlainText();
            if (at >= end) {
                throw unexpectedEnd();
            }
            byte b = bytes[at];
            if (b == '"') {
                at++;
                tokenEnd = at;
                return;
            }
            if (b == '\\') {
                escaped = true;
                escape();
            } else {
                throw invalid("control character in a string");
            }
        }
    }

    /**
     * Stops at the first quote, backslash or control character, looking at eight bytes at once: subtracting one from
     * each byte of {@code word ^ pattern} borrows into the high bit just where a byte is zero (Mycroft's test). A borrow
     * may also mark bytes above a true hit, so a marked word is looked through byte by byte.
     */
    private void skipPlainText() {
        while (end - at >= Long.BYTES) {
            long word = (long) EIGHT_BYTES.get(bytes, at);
            long quote = word ^ ('"' * EACH);
            long backslash = word ^ ('\\' * EACH);
            long found = ((quote - EACH) & ~quote) | ((backslash - EACH) & ~backslash) | ((word - 0x20 * EACH) & ~word);
            if ((found & HIGH) != 0) {
                break;
            }
            at += Long.BYTES;
        }
        while (at < end) {
            byte b = bytes[at];
            if (b == '"' || b == '\\' || (b >= 0 && b < 0x20)) {
                return;
            }
            at++;
        }
    }

    private void escape() {
        at++;
        if (at >= end) {
            throw unexpectedEnd();
        }
        switch (bytes[at]) {
            case '"', '\\', '/', 'b', 'f', 'n', 'r', 't' -> at++;
            case 'u' -> {
                for (int i = 1; i <= 4; i++) {
                    if (at + i >= end) {
                        throw unexpectedEnd();
                    }
                    if (Character.digit(bytes[at + i], 16) < 0) {
                        throw invalid("expected four hexadecimal digits");
                    }
                }
                at += 5;
            }
            default -> throw invalid("unknown escape");
        }
    }

    private static String unescape(String raw) {
        StringBuilder text = new StringBuilder(raw.length());
        int i = 0;
        while (i < raw.length()) {
            char c = raw.charAt(i++);
            if (c != '\\') {
                text.append(c);
                continue;
            }
            char kind = raw.charAt(i++);
            switch (kind) {
                case 'b' -> text.append('\b');
                case 'f' -> text.append('\f');
                case 'n' -> text.append('\n');
                case 'r' -> text.append('\r');
                case 't' -> text.append('\t');
                case 'u' -> {
                    text.append((char) Integer.parseInt(raw, i, i + 4, 16));
                    i += 4;
                }
                default -> text.append(kind);
            }
        }
        return text.toString();
    }

    private void skipBlanks() {
        while (at < end) {
            byte b = bytes[at];
            if (b != ' ' && b != '\n' && b != '\r' && b != '\t') {
                return;
            }
            at++;
        }
    }

    private InvalidJson unexpectedEnd() {
        return new InvalidJson("unexpected end", end);
    }

    private InvalidJson invalid(String what) {
        return new InvalidJson(what, at);
    }
}

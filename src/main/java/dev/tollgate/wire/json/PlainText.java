package dev.tollgate.wire.json;

import java.util.Arrays;

/**
 * Takes the escapes out of JSON strings. What is half of a surrogate pair stays so, in three bytes, so that no two strings
 * become one. Not safe for threads.
 */
final class PlainText {
    private static final int ESCAPE = 6;

    private byte[] text = new byte[256];
    private int length;

    /** The bytes of the string that was read last; only the first {@link #length} of them count. */
    byte[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** Reads what lies between the quotes of a valid string. */
    void read(byte[] bytes, int start, int end) {
        length = 0;
        if (text.length < end - start) { // it never becomes longer
            text = new byte[Math.max(end - start, text.length * 2)];
        }
        int at = start;
        while (at < end) {
            int plain = at;
            while (at < end && bytes[at] != '\\') {
                at++;
            }
            System.arraycopy(bytes, plain, text, length, at - plain);
            length += at - plain;
            if (at < end) {
                at = escape(bytes, at, end);
            }
        }
    }

    /** A copy of what was read last. */
    byte[] copy() {
        return Arrays.copyOf(text, length);
    }

    private int escape(byte[] bytes, int at, int end) {
        byte kind = bytes[at + 1];
        if (kind == 'u') {
            return codePoint(bytes, at, end);
        }
        text[length++] = switch (kind) {
            case 'b' -> '\b';
            case 'f' -> '\f';
            case 'n' -> '\n';
            case 'r' -> '\r';
            case 't' -> '\t';
            default -> kind;
        };
        return at + 2;
    }

    private int codePoint(byte[] bytes, int at, int end) {
        char first = unit(bytes, at);
        boolean isFollowed = at + 2 * ESCAPE <= end && bytes[at + ESCAPE] == '\\' && bytes[at + ESCAPE + 1] == 'u';
        if (Character.isHighSurrogate(first) && isFollowed) {
            char second = unit(bytes, at + ESCAPE);
            if (Character.isLowSurrogate(second)) {
                append(Character.toCodePoint(first, second));
                return at + 2 * ESCAPE;
            }
        }
        append(first);
        return at + ESCAPE;
    }

    private static char unit(byte[] bytes, int at) {
        int value = 0;
        for (int i = 2; i < ESCAPE; i++) {
            value = value << 4 | Character.digit(bytes[at + i], 16);
        }
        return (char) value;
    }

    private void append(int codePoint) {
        if (codePoint < 0x80) {
            text[length++] = (byte) codePoint;
        } else if (codePoint < 0x800) {
            text[length++] = (byte) (0xc0 | codePoint >> 6);
            text[length++] = (byte) (0x80 | codePoint & 0x3f);
        } else if (codePoint < 0x10000) {
            text[length++] = (byte) (0xe0 | codePoint >> 12);
            text[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
            text[length++] = (byte) (0x80 | codePoint & 0x3f);
        } else {
            text[length++] = (byte) (0xf0 | codePoint >> 18);
            text[length++] = (byte) (0x80 | codePoint >> 12 & 0x3f);
            text[length++] = (byte) (0x80 | codePoint >> 6 & 0x3f);
            text[length++] = (byte) (0x80 | codePoint & 0x3f);
        }
    }
}

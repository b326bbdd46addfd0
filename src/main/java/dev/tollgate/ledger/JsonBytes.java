package dev.tollgate.ledger;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.UUID;

/**
 * Writes JSON as UTF-8 into a buffer that grows and is used again. What PostgreSQL's text can't hold is replaced by
 * U+FFFD: NUL, and halves of surrogate pairs. Used by one thread.
 */
final class JsonBytes {
    private static final byte[] HEX = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
    private static final char REPLACEMENT = '\uFFFD';

    private byte[] bytes = new byte[2_048];
    private int length;

    void clear() {
        length = 0;
    }

    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }

    /** A member's name as it is given to {@link #name}. */
    static byte[] nameOf(String name) {
        return ('"' + name + "\":").getBytes(StandardCharsets.US_ASCII);
    }

    void open(char bracket) {
        room(1);
        bytes[length++] = (byte) bracket;
    }

    void close(char bracket) {
        open(bracket);
    }

    /** A comma where the object or array has begun. */
    void separate() {
        byte last = bytes[length - 1];
        if (last != '{' && last != '[') {
            open(',');
        }
    }

    /** The next member's name, made by {@link #nameOf}. */
    void name(byte[] name) {
        separate();
        room(name.length);
        System.arraycopy(name, 0, bytes, length, name.length);
        length += name.length;
    }

    /** The next member's name, whatever it is. */
    void name(String name) {
        separate();
        text(name, Integer.MAX_VALUE);
        open(':');
    }

    /** ASCII that is JSON already. */
    @SuppressWarnings("deprecation") // of getBytes, which is right for ASCII and copies once
    void raw(String ascii) {
        room(ascii.length());
        ascii.getBytes(0, ascii.length(), bytes, length);
        length += ascii.length();
    }

    void number(long number) {
        raw(Long.toString(number));
    }

    void uuid(UUID uuid) {
        room(38);
        bytes[length++] = '"';
        hex(uuid.getMostSignificantBits(), 60, 32);
        hex(uuid.getMostSignificantBits(), 28, 16);
        hex(uuid.getMostSignificantBits(), 12, 0);
        hex(uuid.getLeastSignificantBits(), 60, 48);
        hex(uuid.getLeastSignificantBits(), 44, 0);
        bytes[length - 1] = '"';
    }

    /** Digits from one shift to another, and a dash. */
    private void hex(long bits, int from, int to) {
        for (int shift = from; shift >= to; shift -= 4) {
            bytes[length++] = HEX[(int) (bits >>> shift) & 0xF];
        }
        bytes[length++] = '-';
    }

    /** A string, of which at most {@code max} characters are written. */
    void text(String text, int max) {
        int end = Math.min(text.length(), max);
        room(end * 6 + 2); // the longest escape of a character; four bytes stand for two characters
        bytes[length++] = '"';
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (c >= 0x20 && c < 0x80) {
                if (c == '"' || c == '\\') {
                    bytes[length++] = '\\';
                }
                bytes[length++] = (byte) c;
            } else if (Character.isHighSurrogate(c) && i + 1 < end && Character.isLowSurrogate(text.charAt(i + 1))) {
                encode(Character.toCodePoint(c, text.charAt(++i)));
            } else if (c == 0 || Character.isSurrogate(c)) {
                encode(REPLACEMENT);
            } else if (c < 0x20) {
                raw("\\u00");
                bytes[length++] = HEX[c >>> 4];
                bytes[length++] = HEX[c & 0xF];
            } else {
                encode(c);
            }
        }
        bytes[length++] = '"';
    }

    /** A code point from U+0080 on. */
    private void encode(int codePoint) {
        if (codePoint < 0x800) {
            bytes[length++] = (byte) (0xC0 | codePoint >>> 6);
        } else {
            if (codePoint < 0x1_0000) {
                bytes[length++] = (byte) (0xE0 | codePoint >>> 12);
            } else {
                bytes[length++] = (byte) (0xF0 | codePoint >>> 18);
                bytes[length++] = (byte) (0x80 | codePoint >>> 12 & 0x3F);
            }
            bytes[length++] = (byte) (0x80 | codePoint >>> 6 & 0x3F);
        }
        bytes[length++] = (byte) (0x80 | codePoint & 0x3F);
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(bytes.length * 2, length + more));
        }
    }
}

package dev.tollgate.wire.json;

/**
 * Writes JSON numbers in one form for each value: its digits without zeros around them, and the power of ten that they are
 * multiplied by. Nothing is rounded. Not safe for threads.
 */
final class CanonicalNumber {
    /** Digits of an exponent that are worked with; a number with a longer one is told as it is written. */
    private static final int EXPONENT_DIGITS_MAX = 9;

    /** Room that the power of ten may take, its sign and the letter before it included. */
    private static final int POWER_ROOM = 16;

    private byte[] text = new byte[64];
    private int length;

    /** The bytes of the number that was written last; only the first {@link #length} of them count. */
    byte[] text() {
        return text;
    }

    int length() {
        return length;
    }

    /** Writes the number that lies from {@code start} to before {@code end}. */
    void write(byte[] bytes, int start, int end) {
        length = 0;
        if (text.length < end - start + POWER_ROOM) {
            text = new byte[end - start + POWER_ROOM];
        }
        int at = start;
        boolean negative = bytes[at] == '-';
        if (negative) {
            text[length++] = '-';
            at++;
        }
        int digits = length;
        long power = 0;
        boolean fraction = false;
        for (; at < end && (bytes[at] | 0x20) != 'e'; at++) {
            byte b = bytes[at];
            if (b == '.') {
                fraction = true;
                continue;
            }
            power -= fraction ? 1 : 0;
            if (b != '0' || length > digits) {
                text[length++] = b;
            }
        }
        if (length == digits) {
            text[0] = '0'; // minus zero is zero
            length = 1;
            return;
        }
        while (text[length - 1] == '0') {
            length--;
            power++;
        }
        if (at < end && end - at - 1 > EXPONENT_DIGITS_MAX) {
            asWritten(bytes, start, end);
            return;
        }
        power += at < end ? exponent(bytes, at + 1, end) : 0;
        if (power != 0) {
            append(power);
        }
    }

    private static long exponent(byte[] bytes, int from, int end) {
        long value = 0;
        for (int at = from; at < end; at++) {
            if (bytes[at] >= '0') {
                value = value * 10 + bytes[at] - '0';
            }
        }
        return bytes[from] == '-' ? -value : value;
    }

    private void append(long power) {
        text[length++] = 'e';
        String decimal = Long.toString(power);
        for (int i = 0; i < decimal.length(); i++) {
            text[length++] = (byte) decimal.charAt(i);
        }
    }

    private void asWritten(byte[] bytes, int start, int end) {
        length = end - start;
        System.arraycopy(bytes, start, text, 0, length);
    }
}

package dev.tollgate.wire.sse;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into server-sent events (WHATWG HTML, section 9.2): an event ends with an empty line, and lines
 * end with LF, CRLF or CR. Bytes of an event that has not ended are kept until it has, up to a bound; an event beyond it
 * is handed over in pieces that are marked as such. Used by one thread.
 */
public final class EventSplitter {
    /** Takes events in order. */
    public interface Events {
        /** A whole event with the empty line that ends it. */
        void event(byte[] bytes, int start, int end);

        /** A part of an event that is too long to be kept, or that the stream ended within. */
        void fragment(byte[] bytes, int start, int end);
    }

    private final int eventBytesMax;
    private final Events events;

    private byte[] held = new byte[0];
    private int heldLength;
    private boolean lineEmpty = true;
    private boolean afterCarriageReturn;
    private boolean tooLong;

    public EventSplitter(int eventBytesMax, Events events) {
        this.eventBytesMax = eventBytesMax;
        this.events = events;
    }

    /** Takes the next bytes. The array is not kept. */
    public void feed(byte[] bytes, int start, int end) {
        int eventStart = start;
        int at = start;
        while (at < end) {
            byte b = bytes[at];
            boolean lineEnds = b == '\r' || (b == '\n' && !afterCarriageReturn);
            boolean secondHalf = b == '\n' && afterCarriageReturn;
            afterCarriageReturn = b == '\r';
            at++;
            if (lineEnds) {
                if (lineEmpty) {
                    // A CRLF that ends the event belongs to it whole when it is at hand.
                    if (b == '\r' && at < end && bytes[at] == '\n') {
                        at++;
                        afterCarriageReturn = false;
                    }
                    emit(bytes, eventStart, at);
                    eventStart = at;
                }
                lineEmpty = true;
            } else if (!secondHalf) {
                lineEmpty = false;
                at = endOfText(bytes, at, end);
            }
        }
        hold(bytes, eventStart, end);
    }

    /** Hands over what is left when the stream has ended. */
    public void finish() {
        if (heldLength > 0) {
            int length = heldLength;
            heldLength = 0;
            events.fragment(held, 0, length);
        }
    }

    private static int endOfText(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private void emit(byte[] bytes, int start, int end) {
        if (heldLength == 0 && !tooLong) {
            events.event(bytes, start, end);
            return;
        }
        if (tooLong) {
            tooLong = false;
            events.fragment(bytes, start, end);
            return;
        }
        append(bytes, start, end);
        int length = heldLength;
        heldLength = 0;
        events.event(held, 0, length);
    }

    private void hold(byte[] bytes, int start, int end) {
        if (start == end) {
            return;
        }
        if (tooLong) {
            events.fragment(bytes, start, end);
        } else if (heldLength + (end - start) > eventBytesMax) {
            tooLong = true;
            finish();
            events.fragment(bytes, start, end);
        } else {
            append(bytes, start, end);
        }
    }

    private void append(byte[] bytes, int start, int end) {
        int length = end - start;
        if (held.length < heldLength + length) {
            held = Arrays.copyOf(held, Math.max(1024, Math.max(held.length * 2, heldLength + length)));
        }
        System.arraycopy(bytes, start, held, heldLength, length);
        heldLength += length;
    }
}

package dev.tollgate.wire.sse;

import java.util.Arrays;

/**
 * Cuts a stream of bytes into server-sent events (WHATWG HTML, section 9.2): an event ends with an empty line, and lines
 * end with LF, CRLF or CR. Bytes of an event that has not ended are kept until it has, up to a bound; an event beyond it
 * is handed over in pieces that are marked as such. Where the stream is cut into chunks makes no difference. Used by one
 * thread.
 */
public final class EventSplitter {
    private static final byte[] NOTHING = {};

    /** Takes events in order. */
    public interface Events {
        /** A whole event with the empty line that ends it, or what the stream ended with. */
        void event(byte[] bytes, int start, int end);

        /** A part of an event that is too long to be kept. */
        void fragment(byte[] bytes, int start, int end);
    }

    private final int eventBytesMax;
    private final Events events;

    private byte[] held = new byte[0];
    private int heldLength;
    private boolean lineEmpty = true;
    private boolean afterCarriageReturn;
    /** Whether some line of the stream ended with a CR alone. */
    private boolean hasBareReturns;
    /** Whether the event has ended with the last byte that came, but for an LF that may still follow. */
    private boolean endIsDue;

    private boolean tooLong;

    public EventSplitter(int eventBytesMax, Events events) {
        this.eventBytesMax = eventBytesMax;
        this.events = events;
    }

    /** Takes the next bytes. The array is not kept. */
    public void feed(byte[] bytes, int start, int end) {
        int eventStart = start;
        int at = start;
        if (endIsDue && start < end) {
            endIsDue = false;
            if (bytes[at] == '\n') {
                afterCarriageReturn = false;
                at++;
            }
            emit(bytes, eventStart, at);
            eventStart = at;
        }
        while (at < end) {
            byte b = bytes[at];
            boolean secondHalf = b == '\n' && afterCarriageReturn;
            boolean lineEnds = b == '\r' || (b == '\n' && !secondHalf);
            hasBareReturns |= afterCarriageReturn && b != '\n';
            afterCarriageReturn = b == '\r';
            at++;
            if (lineEnds && lineEmpty) {
                // A CRLF that ends the event belongs to it whole.
                if (b == '\r' && at < end && bytes[at] == '\n') {
                    afterCarriageReturn = false;
                    at++;
                }
                if (afterCarriageReturn && at == end && !hasBareReturns) {
                    endIsDue = true;
                } else {
                    emit(bytes, eventStart, at);
                    eventStart = at;
                }
            } else if (lineEnds) {
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
            emit(NOTHING, 0, 0);
        }
        tooLong = false;
        endIsDue = false;
        lineEmpty = true;
        afterCarriageReturn = false;
    }

    private static int endOfText(byte[] bytes, int from, int end) {
        int at = from;
        while (at < end && bytes[at] != '\n' && bytes[at] != '\r') {
            at++;
        }
        return at;
    }

    private void emit(byte[] bytes, int start, int end) {
        if (tooLong || heldLength + (end - start) > eventBytesMax) {
            pass(bytes, start, end);
            tooLong = false;
        } else if (heldLength == 0) {
            events.event(bytes, start, end);
        } else {
            append(bytes, start, end);
            int length = heldLength;
            heldLength = 0;
            events.event(held, 0, length);
        }
    }

    private void hold(byte[] bytes, int start, int end) {
        tooLong |= heldLength + (end - start) > eventBytesMax;
        if (tooLong) {
            pass(bytes, start, end);
        } else {
            append(bytes, start, end);
        }
    }

    private void pass(byte[] bytes, int start, int end) {
        if (heldLength > 0) {
            int length = heldLength;
            heldLength = 0;
            events.fragment(held, 0, length);
        }
        if (end > start) {
            events.fragment(bytes, start, end);
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

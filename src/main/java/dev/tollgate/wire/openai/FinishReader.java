package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.InvalidJson;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import dev.tollgate.wire.sse.DataLines;

/**
 * Finds out whether an answer is one that the same question may be given again: complete, not filtered, nothing in it that
 * the application is to act on. Of a stream it reads every event.
 */
public final class FinishReader {
    private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
    private static final byte[] INDEX = "index".getBytes(US_ASCII);
    private static final byte[] FINISH_REASON = "finish_reason".getBytes(US_ASCII);
    private static final byte[] STOP = "stop".getBytes(US_ASCII);
    private static final byte[] LENGTH = "length".getBytes(US_ASCII);
    private static final byte[] TOOL_CALLS = "tool_calls".getBytes(US_ASCII);
    private static final byte[] FUNCTION_CALL = "function_call".getBytes(US_ASCII);
    private static final byte[] TYPE = "type".getBytes(US_ASCII);
    private static final byte[] RESPONSE = "response".getBytes(US_ASCII);
    private static final byte[] STATUS = "status".getBytes(US_ASCII);
    private static final byte[] COMPLETED = "completed".getBytes(US_ASCII);
    private static final byte[] OUTPUT = "output".getBytes(US_ASCII);
    private static final byte[] MESSAGE = "message".getBytes(US_ASCII);
    private static final byte[] REASONING = "reasoning".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] DATA = "data".getBytes(US_ASCII);

    /** Choices of one answer that are told apart. */
    private static final int CHOICES_MAX = 64;

    private final boolean cutIsWanted;
    private final byte[] bytes;
    private JsonCursor cursor;
    private long begun;
    private long finished;
    private boolean completed;
    private boolean data;
    private boolean unfit;

    private FinishReader(byte[] bytes, boolean cutIsWanted) {
        this.bytes = bytes;
        this.cutIsWanted = cutIsWanted;
        this.cursor = new JsonCursor(bytes);
    }

    /**
     * Whether an answer may be given again.
     *
     * @param streamed whether it is a stream of events
     * @param cutIsWanted whether the caller has bounded the output, so that an answer that ends there is all it asked for
     */
    public static boolean isRepeatable(Operation operation, byte[] answer, boolean streamed, boolean cutIsWanted) {
        FinishReader reader = new FinishReader(answer, cutIsWanted);
        try {
            if (streamed) {
                DataLines.each(answer, reader::event);
            } else {
                reader.document(0, answer.length);
            }
        } catch (InvalidJson e) {
            return false;
        }
        return !reader.unfit && reader.isFinished(operation);
    }

    private boolean isFinished(Operation operation) {
        return switch (operation) {
            case CHAT, COMPLETION -> begun != 0 && begun == finished;
            case RESPONSE -> completed;
            case EMBEDDING -> data;
            default -> false;
        };
    }

    private void event(int start, int end) {
        if (start < end && bytes[start] == '{') {
            document(start, end);
        }
    }

    private void document(int start, int end) {
        cursor = new JsonCursor(bytes, start, end);
        if (cursor.next() != Token.OBJECT_START) {
            unfit = true;
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(CHOICES)) {
                readChoices();
            } else if (cursor.textIs(RESPONSE)) {
                readResponse();
            } else if (cursor.textIs(OUTPUT)) {
                readOutput();
            } else if (cursor.textIs(STATUS)) {
                completed = scalar() == Token.STRING && cursor.textIs(COMPLETED);
            } else if (cursor.textIs(ERROR)) {
                unfit |= scalar() != Token.NULL;
            } else if (cursor.textIs(DATA)) {
                data |= scalar() == Token.ARRAY_START;
            } else {
                cursor.skip();
            }
        }
        cursor.next(); // nothing may follow
    }

    /** What an event says of the whole response. */
    private void readResponse() {
        if (cursor.next() != Token.OBJECT_START) {
            unfit = true;
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(STATUS)) {
                completed = scalar() == Token.STRING && cursor.textIs(COMPLETED);
            } else if (cursor.textIs(OUTPUT)) {
                readOutput();
            } else {
                cursor.skip();
            }
        }
    }

    /** Only what was said counts, and how it was thought of; all else is a call of some tool. */
    private void readOutput() {
        Token token = cursor.next();
        int around = cursor.depth() - 1;
        if (token != Token.ARRAY_START) {
            unfit = true;
            skipRest(token);
            return;
        }
        while (cursor.depth() > around) {
            if (cursor.next() == Token.NAME && cursor.depth() == around + 2 && cursor.textIs(TYPE)) {
                boolean isString = scalar() == Token.STRING;
                unfit |= !isString || !(cursor.textIs(MESSAGE) || cursor.textIs(REASONING));
            }
        }
    }

    private void readChoices() {
        Token token = cursor.next();
        if (token != Token.ARRAY_START) {
            skipRest(token);
            return;
        }
        int around = cursor.depth() - 1;
        int place = 0;
        while (cursor.depth() > around) {
            if (cursor.next() == Token.OBJECT_START && cursor.depth() == around + 2) {
                readChoice(place++);
            }
        }
    }

    /** @param place stands for the index of a choice that has none */
    private void readChoice(int place) {
        int around = cursor.depth() - 1;
        long index = place;
        boolean ended = false;
        while (cursor.depth() > around) {
            if (cursor.next() != Token.NAME) {
                continue;
            }
            boolean isOwn = cursor.depth() == around + 1;
            if (isOwn && cursor.textIs(INDEX)) {
                index = scalar() == Token.NUMBER ? cursor.wholeNumber() : -1;
            } else if (isOwn && cursor.textIs(FINISH_REASON)) {
                ended |= readReason();
            } else if (cursor.textIs(TOOL_CALLS) || cursor.textIs(FUNCTION_CALL)) {
                readCalls();
            }
        }
        if (index < 0 || index >= CHOICES_MAX) {
            unfit = true;
            return;
        }
        begun |= 1L << index;
        finished |= ended ? 1L << index : 0;
    }

    private boolean readReason() {
        Token token = scalar();
        if (token == Token.NULL) {
            return false;
        }
        boolean isFit = token == Token.STRING && (cursor.textIs(STOP) || (cutIsWanted && cursor.textIs(LENGTH)));
        unfit |= !isFit;
        return isFit;
    }

    private void readCalls() {
        Token token = cursor.next();
        int from = cursor.tokenEnd();
        skipRest(token);
        boolean isEmpty = token == Token.NULL || (token == Token.ARRAY_START && cursor.tokenEnd() - from == 1);
        unfit |= !isEmpty;
    }

    /** The next value's token, with what is in it passed. */
    private Token scalar() {
        Token token = cursor.next();
        skipRest(token);
        return token;
    }

    private void skipRest(Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }
}

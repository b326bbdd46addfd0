package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.InvalidJson;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Reads what a provider answered: one JSON reply, or the events of a stream one after the other, of which the last word
 * on each fact holds. Reading never fails; what is no JSON is said by {@link #read}. Used by one thread.
 */
public final class ReplyReader {
    /** Ids kept of one reply; they are recorded as the caller's own. */
    private static final int IDS_MAX = 10_000;

    /** Usage is a few hundred bytes; what is longer is not kept as it came. */
    private static final int RAW_USAGE_MAX = 4 * 1024;

    private static final int ERROR_CODE_MAX = 64;

    private static final byte[] USAGE = "usage".getBytes(US_ASCII);
    private static final byte[] MODEL = "model".getBytes(US_ASCII);
    private static final byte[] SERVICE_TIER = "service_tier".getBytes(US_ASCII);
    private static final byte[] ID = "id".getBytes(US_ASCII);
    private static final byte[] RESPONSE = "response".getBytes(US_ASCII);
    private static final byte[] OUTPUT = "output".getBytes(US_ASCII);
    private static final byte[] CHOICES = "choices".getBytes(US_ASCII);
    private static final byte[] DELTA = "delta".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] GROQ = "x_groq".getBytes(US_ASCII);
    private static final byte[] CODE = "code".getBytes(US_ASCII);

    private static final byte[][] TEXTS = {
        "content".getBytes(US_ASCII),
        "text".getBytes(US_ASCII),
        "arguments".getBytes(US_ASCII),
        "refusal".getBytes(US_ASCII),
        "reasoning".getBytes(US_ASCII),
        "reasoning_content".getBytes(US_ASCII),
    };

    private @Nullable ReportedUsage usage;
    private @Nullable String rawUsage;
    private @Nullable String model;
    private @Nullable String serviceTier;
    private @Nullable String id;
    private List<String> itemIds = List.of();
    private ToolTally tools = ToolTally.NONE;
    private boolean error;
    private @Nullable String errorCode;
    private long textBytes;
    private long textPieces;

    // Of the last document read.
    private byte[] document = new byte[0];
    private JsonCursor cursor = new JsonCursor(document);
    private int usageStart;
    private int usageEnd;
    private boolean usageIsObject;
    private boolean usageIsNull;
    private boolean choicesEmpty;
    private boolean pieceHasText;

    /** Reads one document; false where the bytes are not valid JSON. */
    public boolean read(byte[] bytes, int start, int end) {
        document = bytes;
        cursor = new JsonCursor(bytes, start, end);
        usageStart = -1;
        usageEnd = -1;
        usageIsObject = false;
        usageIsNull = false;
        choicesEmpty = false;
        pieceHasText = false;
        try {
            if (cursor.next() == Token.OBJECT_START) {
                readMembers(/* inner= */ false);
            } else {
                return false;
            }
            cursor.next();
        } catch (InvalidJson e) {
            return false;
        }
        if (pieceHasText) {
            textPieces++;
        }
        return true;
    }

    private void readMembers(boolean inner) {
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(USAGE)) {
                readUsage(inner);
            } else if (cursor.textIs(CHOICES)) {
                readChoices();
            } else if (cursor.textIs(MODEL)) {
                model = orElse(text(), model);
            } else if (cursor.textIs(ID)) {
                id = orElse(text(), id);
            } else if (cursor.textIs(SERVICE_TIER)) {
                serviceTier = orElse(text(), serviceTier);
            } else if (cursor.textIs(OUTPUT)) {
                tools = readItems();
            } else if (cursor.textIs(DATA)) {
                readItems();
            } else if (!inner && cursor.textIs(RESPONSE)) {
                readResponse();
            } else if (!inner && cursor.textIs(DELTA)) {
                countText();
            } else if (cursor.textIs(ERROR)) {
                readError();
            } else if (!inner && cursor.textIs(GROQ)) {
                readGroq();
            } else {
                cursor.skip();
            }
        }
    }

    private void readUsage(boolean inner) {
        usageStart = cursor.tokenStart();
        Token token = cursor.next();
        usageIsNull = token == Token.NULL && !inner;
        if (token == Token.OBJECT_START) {
            usageIsObject = true;
            readUsageObject();
        } else {
            skipRest(token);
            if (token != Token.NULL) {
                usage = new ReportedUsage(Usage.NONE, /* trusted= */ false);
            }
        }
        usageEnd = cursor.tokenEnd();
    }

    private void readUsageObject() {
        int start = cursor.tokenStart();
        usage = new UsageReader(cursor).read();
        rawUsage = raw(start, cursor.tokenEnd());
    }

    /** Groq reports the usage of every stream in a member of its own, asked or not. */
    private void readGroq() {
        if (!Counts.enters(cursor, Token.OBJECT_START)) {
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (!cursor.textIs(USAGE)) {
                cursor.skip();
            } else if (Counts.enters(cursor, Token.OBJECT_START)) {
                readUsageObject();
            }
        }
    }

    /** The bytes as they came where every reader of JSON takes them in the same way: no escapes, no exponents. */
    private @Nullable String raw(int start, int end) {
        if (end - start > RAW_USAGE_MAX) {
            return null;
        }
        for (int i = start; i < end; i++) {
            byte b = document[i];
            boolean isExponent = (b | 0x20) == 'e' && document[i - 1] >= '0' && document[i - 1] <= '9';
            if (b < 0 || b == '\\' || isExponent) {
                return null;
            }
        }
        return new String(document, start, end - start, US_ASCII);
    }

    private void readResponse() {
        Token token = cursor.next();
        if (token == Token.OBJECT_START) {
            readMembers(/* inner= */ true);
        } else {
            skipRest(token);
        }
    }

    /** Counts the text of the pieces of an answer; whole answers are counted by their usage. */
    private void readChoices() {
        Token token = cursor.next();
        if (token != Token.ARRAY_START) {
            skipRest(token);
            return;
        }
        int around = cursor.depth() - 1;
        choicesEmpty = true;
        while (cursor.depth() > around) {
            token = cursor.next();
            if (token == Token.NAME && isText()) {
                countText();
            }
            if (cursor.depth() > around) {
                choicesEmpty = false;
            }
        }
    }

    private boolean isText() {
        for (byte[] name : TEXTS) {
            if (cursor.textIs(name)) {
                return true;
            }
        }
        return false;
    }

    private void countText() {
        Token token = cursor.next();
        if (token == Token.STRING && cursor.textLength() > 0) {
            textBytes += cursor.textLength();
            pieceHasText = true;
        }
        skipRest(token);
    }

    /** Keeps the ids of the items of an answer or a list, and tells what was done with tools. */
    private ToolTally readItems() {
        Token token = cursor.next();
        if (token != Token.ARRAY_START) {
            skipRest(token);
            return ToolTally.NONE;
        }
        ToolTally tally = new ToolTally();
        int around = cursor.depth() - 1;
        while (cursor.depth() > around) {
            token = cursor.next();
            if (token == Token.NAME && cursor.depth() == around + 2) {
                if (cursor.textIs(ID)) {
                    keepId(text());
                } else {
                    tally.read(cursor);
                }
            } else if (token == Token.OBJECT_END && cursor.depth() == around + 1) {
                tally.endItem();
            }
        }
        return tally;
    }

    private void keepId(@Nullable String itemId) {
        if (itemId != null && itemIds.size() < IDS_MAX) {
            itemIds = itemIds.isEmpty() ? new ArrayList<>() : itemIds;
            itemIds.add(itemId);
        }
    }

    private void readError() {
        Token token = cursor.next();
        error |= token != Token.NULL;
        if (token != Token.OBJECT_START) {
            skipRest(token);
            return;
        }
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(CODE)) {
                errorCode = orElse(plain(text()), errorCode);
            } else {
                cursor.skip();
            }
        }
    }

    /** A code, or null where it is something else: what a provider says in words may be about the prompt. */
    private static @Nullable String plain(@Nullable String code) {
        if (code == null || code.isEmpty() || code.length() > ERROR_CODE_MAX) {
            return null;
        }
        return code.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\') ? code : null;
    }

    private @Nullable String text() {
        Token token = cursor.next();
        if (token == Token.STRING) {
            return cursor.text();
        }
        skipRest(token);
        return null;
    }

    private void skipRest(Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }

    private static @Nullable String orElse(@Nullable String value, @Nullable String otherwise) {
        return value != null ? value : otherwise;
    }

    /** The usage reported last, with what the answer did with tools, or null where none was. */
    public @Nullable ReportedUsage usage() {
        return usage == null || tools == ToolTally.NONE
                ? usage
                : new ReportedUsage(tools.addTo(usage.usage()), usage.trusted());
    }

    /** The usage reported last, as it came: JSON in ASCII without escapes, or null where it can't be kept like that. */
    public @Nullable String rawUsage() {
        return rawUsage;
    }

    /** The model that answered, as the provider calls it, or null. */
    public @Nullable String model() {
        return model;
    }

    /** The tier in which the request was served, as written, or null. */
    public @Nullable String serviceTier() {
        return serviceTier;
    }

    /** The id of the answer, or null. */
    public @Nullable String id() {
        return id;
    }

    /** The ids of the items in the answer. */
    public List<String> itemIds() {
        return itemIds;
    }

    /** Whether the provider reported an error in the body. */
    public boolean hasError() {
        return error;
    }

    /** The code of that error, or null. */
    public @Nullable String errorCode() {
        return errorCode;
    }

    /** Bytes of generated text in the pieces of a stream, as written. */
    public long textBytes() {
        return textBytes;
    }

    /** How many pieces of a stream carried text. */
    public long textPieces() {
        return textPieces;
    }

    /** Where the last document's {@code usage} member begins, or -1. */
    int usageStart() {
        return usageStart;
    }

    /** One past the value of the last document's {@code usage} member. */
    int usageEnd() {
        return usageEnd;
    }

    boolean usageIsObject() {
        return usageIsObject;
    }

    /** Whether the last document itself, not a response in it, says that there is no usage. */
    boolean usageIsNull() {
        return usageIsNull;
    }

    /** Whether the last document had an empty array of choices. */
    boolean choicesEmpty() {
        return choicesEmpty;
    }
}

package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.json.InvalidJson;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a JSON request body in one pass: checks what must be right before it may be forwarded, finds the facts and the
 * places to splice. What it doesn't know it leaves alone. A body that may not be forwarded throws {@link Problem}.
 */
public final class RequestReader {
    /** Objects named by one request; more is no sensible request and would make the check of their owners costly. */
    private static final int REFERENCES_MAX = 1_000;

    private static final byte[] INCLUDE_USAGE = "include_usage".getBytes(US_ASCII);
    private static final byte[] ID = "id".getBytes(US_ASCII);
    private static final byte[] METADATA = "metadata".getBytes(US_ASCII);
    private static final byte[] PARAMETERS = "parameters".getBytes(US_ASCII);
    private static final byte[] SCHEMA = "schema".getBytes(US_ASCII);
    private static final byte[] DATA_URL = "data:".getBytes(US_ASCII);
    private static final byte[] AUDIO = "audio".getBytes(US_ASCII);

    /** Depth of the members of what a member of the body lists, and of those of an object that it is. */
    private static final int LISTED = 3;

    private static final int OWN = 2;

    /** What a value is read as. */
    private enum As {
        /** Nothing that is counted. */
        OTHER,
        /** Messages of a chat. */
        MESSAGES,
        /** Items given to a response or a conversation, which may name some that the provider keeps. */
        ITEMS,
        /** A prompt that the provider keeps, with its variables, which may have any name and be files. */
        STORED_PROMPT,
        /** Prompts of completions, one or several. */
        PROMPTS,
        /** Texts to be embedded. */
        INPUTS,
        /** Tools offered to the model. */
        TOOLS;

        boolean hasParts() {
            return this == MESSAGES || this == ITEMS;
        }
    }

    private final Operation operation;
    private final byte[] bytes;
    private final int start;
    private final int end;
    private final JsonCursor cursor;
    private final Set<Member> seen = EnumSet.noneOf(Member.class);

    private int inside = -1;
    private boolean empty = true;
    private @Nullable String model;
    private int modelStart = -1;
    private int modelEnd = -1;
    private boolean stream;
    private int streamOptionsStart = -1;
    private int streamOptionsEnd = -1;
    private int optionsInside = -1;
    private boolean optionsEmpty = true;
    private int includeUsageStart = -1;
    private int includeUsageEnd = -1;
    private boolean usageWanted;
    private long outputCap = -1;
    private long choices = 1;
    private boolean tools;
    private boolean background;
    private @Nullable Boolean stored;
    private @Nullable String serviceTier;
    private @Nullable String endUser;
    private long textBytes;
    private long textCharacters;
    private List<String> references = List.of();
    private final WorkTally work = new WorkTally();
    private List<RequestBody.CapPlace> caps = List.of();
    private int toolCallsStart = -1;
    private int toolCallsEnd = -1;
    private boolean cold;
    private boolean warm;
    private boolean seeded;
    private @Nullable CacheWish cache;
    private int cutStart = -1;
    private int cutEnd = -1;
    private boolean cutToNext;

    private RequestReader(Operation operation, byte[] bytes, int start, int end) {
        this.operation = operation;
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.cursor = new JsonCursor(bytes, start, end);
    }

    /**
     * Reads the body that lies from {@code start} to before {@code end}.
     *
     * @param deployment stands for the model where the body names none, or null
     */
    public static RequestBody read(Operation operation, byte[] bytes, int start, int end, @Nullable String deployment) {
        RequestReader reader = new RequestReader(operation, bytes, start, end);
        try {
            reader.model = deployment;
            reader.readBody();
        } catch (InvalidJson e) {
            throw new Problem(ProblemCode.INVALID_JSON, "The body is not valid JSON: " + e.getMessage() + ".");
        }
        return reader.body();
    }

    private void readBody() {
        if (cursor.next() != Token.OBJECT_START) {
            throw new Problem(ProblemCode.INVALID_JSON, "The body is not a JSON object.");
        }
        inside = cursor.tokenEnd();
        int before = inside;
        while (cursor.next() == Token.NAME) {
            int name = cursor.tokenStart();
            cutEnd = cutToNext ? name : cutEnd;
            cutToNext = false;
            readTop(Member.at(cursor), name, before);
            before = cursor.tokenEnd();
        }
        cursor.next(); // nothing may follow
        if (operation.runsModel()) {
            requireModel();
            requireContent();
        }
    }

    /** Reads a member of the body itself, whose name begins at {@code name}, after the end of the one before. */
    private void readTop(@Nullable Member member, int name, int before) {
        if (member == Member.CACHE && isOwnCache(name, before)) {
            return; // it is cut out
        }
        empty = false;
        if (member == Member.CACHE) {
            cache = CacheWish.BYPASS; // what somebody else may mean by it is not known
        } else if (member == null || member.isInside()) {
            readOther(member);
        } else if (member.isReference()) {
            readReference();
        } else if (member.isSampling()) {
            readSampling(member);
        } else {
            readOnce(member);
        }
    }

    /** Reads what is for Tollgate alone, and where it lies with the comma beside it. */
    private boolean isOwnCache(int name, int before) {
        if (!seen.add(Member.CACHE)) {
            throw invalid(Member.CACHE, "given twice (expected: once)");
        }
        cache = CacheMember.read(cursor);
        if (cache == null) {
            return false;
        }
        cutToNext = before == inside;
        cutStart = cutToNext ? name : before;
        cutEnd = cursor.tokenEnd();
        return true;
    }

    private void readSampling(Member member) {
        Token token = cursor.next();
        readInside(token, As.OTHER);
        if (member == Member.SEED) {
            seeded |= token == Token.NUMBER;
        } else if (token == Token.NUMBER) {
            boolean zero = isZero(cursor.tokenStart(), cursor.tokenEnd());
            cold |= zero;
            warm |= !zero;
        } else {
            warm |= token != Token.NULL;
        }
    }

    private boolean isZero(int from, int to) {
        for (int at = from; at < to && (bytes[at] | 0x20) != 'e'; at++) {
            if (bytes[at] >= '1' && bytes[at] <= '9') {
                return false;
            }
        }
        return true;
    }

    private void readOnce(Member member) {
        if (!seen.add(member)) {
            throw invalid(member, "given twice (expected: once)");
        }
        switch (member) {
            case MODEL -> readModel();
            case STREAM -> stream = flag(member);
            case STREAM_OPTIONS -> readStreamOptions();
            case MAX_TOKENS, MAX_COMPLETION_TOKENS, MAX_OUTPUT_TOKENS -> readOutputCap(member);
            case N -> choices = Math.max(1, positive(member));
            case TOOLS -> {
                Token token = cursor.next();
                tools = token == Token.ARRAY_START;
                readInside(token, As.TOOLS);
            }
            case BACKGROUND -> background = flag(member);
            case STORE -> stored = flagOrNull(member);
            case SERVICE_TIER -> serviceTier = textOrNull(member);
            case USER, SAFETY_IDENTIFIER -> {
                String named = textOrNull(member);
                endUser = named != null ? named : endUser;
            }
            case MESSAGES -> readMessages();
            case INPUT -> readInput();
            case ITEMS -> readInside(cursor.next(), operation == Operation.OBJECT ? As.ITEMS : As.OTHER);
            case PROMPT -> readInside(cursor.next(), promptAs());
            case BEST_OF -> work.bestOf(count());
            case PREDICTION -> readPrediction();
            case MODALITIES -> readModalities();
            case MAX_TOOL_CALLS -> readToolCalls();
            case WEB_SEARCH_OPTIONS, SEARCH_PARAMETERS, PLUGINS -> {
                if (isGiven()) {
                    work.otherTool();
                }
            }
            case IMAGE, IMAGES -> {
                if (isGiven()) {
                    work.unseen();
                }
            }
            default -> throw new IllegalStateException(member.label() + " is not read once");
        }
    }

    private void readModel() {
        if (cursor.next() != Token.STRING || cursor.textLength() == 0) {
            throw invalid(Member.MODEL, "not a model name (expected: a string such as \"gpt-4o-mini\")");
        }
        model = cursor.text();
        modelStart = cursor.tokenStart();
        modelEnd = cursor.tokenEnd();
    }

    private void readMessages() {
        Token token = cursor.next();
        if (token != Token.ARRAY_START) {
            throw invalid(Member.MESSAGES, "not an array (expected: an array of messages)");
        }
        int before = cursor.tokenEnd();
        readInside(token, As.MESSAGES);
        if (operation == Operation.CHAT && isBlank(before, cursor.tokenStart())) {
            throw invalid(Member.MESSAGES, "empty (expected: at least one message)");
        }
    }

    private void readInput() {
        Token token = cursor.next();
        if (token == Token.STRING && operation == Operation.SPEECH) {
            String text = cursor.text();
            textCharacters = text.codePointCount(0, text.length());
        }
        readInside(token, inputAs());
    }

    private As inputAs() {
        return switch (operation) {
            case RESPONSE -> As.ITEMS;
            case EMBEDDING -> As.INPUTS;
            default -> As.OTHER;
        };
    }

    private As promptAs() {
        return switch (operation) {
            case RESPONSE -> As.STORED_PROMPT;
            case COMPLETION -> As.PROMPTS;
            default -> As.OTHER;
        };
    }

    /** What is predicted wrongly is billed as output, on top of the answer. */
    private void readPrediction() {
        Token token = cursor.next();
        int from = cursor.tokenStart();
        readInside(token, As.OTHER);
        work.predicted(cursor.tokenEnd() - from);
    }

    private void readModalities() {
        Token token = cursor.next();
        int around = cursor.depth() - (token == Token.ARRAY_START || token == Token.OBJECT_START ? 1 : 0);
        while (cursor.depth() > around) {
            if (cursor.next() == Token.STRING && cursor.textIs(AUDIO)) {
                work.audioOutput();
            }
        }
    }

    /** Whether the value is anything but null, false or empty. */
    private boolean isGiven() {
        Token token = cursor.next();
        readInside(token, As.OTHER);
        return token != Token.NULL && token != Token.FALSE;
    }

    /** A whole number, or -1 for what is none; the provider will say so. */
    private long count() {
        Token token = cursor.next();
        readInside(token, As.OTHER);
        return token == Token.NUMBER ? cursor.wholeNumber() : -1;
    }

    private void readStreamOptions() {
        Token token = cursor.next();
        streamOptionsStart = cursor.tokenStart();
        streamOptionsEnd = cursor.tokenEnd();
        if (token == Token.NULL) {
            return;
        }
        if (token != Token.OBJECT_START) {
            throw invalid(Member.STREAM_OPTIONS, "not an object (expected: {\"include_usage\": true} or null)");
        }
        optionsInside = cursor.tokenEnd();
        while (cursor.next() == Token.NAME) {
            optionsEmpty = false;
            if (cursor.textIs(INCLUDE_USAGE)) {
                if (includeUsageStart >= 0) {
                    throw invalid(Member.STREAM_OPTIONS, "include_usage given twice (expected: once)");
                }
                usageWanted = flag(Member.STREAM_OPTIONS);
                includeUsageStart = cursor.tokenStart();
                includeUsageEnd = cursor.tokenEnd();
            } else {
                cursor.skip();
            }
        }
        streamOptionsEnd = cursor.tokenEnd();
    }

    private void readToolCalls() {
        Token token = cursor.next();
        long calls = token == Token.NUMBER ? cursor.wholeNumber() : -1;
        if (token != Token.NULL && calls < 0) {
            throw invalid(Member.MAX_TOOL_CALLS, "not a whole number (expected: >= 1, or null)");
        }
        toolCallsStart = cursor.tokenStart();
        toolCallsEnd = cursor.tokenEnd();
        work.maxToolCalls(calls);
    }

    private void readOutputCap(Member member) {
        long cap = positive(member);
        Work.Cap which = Work.Cap.valueOf(member.name());
        if (caps.isEmpty()) {
            caps = new ArrayList<>(1);
        }
        caps.add(new RequestBody.CapPlace(which, cursor.tokenStart(), cursor.tokenEnd(), cap));
        if (cap > 0) {
            outputCap = outputCap < 0 ? cap : Math.min(outputCap, cap);
            work.cap(which, cap);
        }
    }

    /** A member that isn't looked at, except for objects that it may name somewhere inside. */
    private void readOther(@Nullable Member member) {
        if (isOpaque()) {
            cursor.skip();
            return;
        }
        readInside(cursor.next(), As.OTHER);
        if (member == Member.AUDIO) {
            work.audioOutput();
        }
    }

    /**
     * The caller's own data and schemas: what has a telling name in there is not a reference. A stored prompt is the
     * exception, because its variables may have any name and be files.
     */
    private boolean isOpaque() {
        return cursor.textIs(METADATA) || cursor.textIs(PARAMETERS) || cursor.textIs(SCHEMA);
    }

    /** Passes a value, counting its text and whatever else bounds the cost, and collecting the references in it. */
    private void readInside(Token first, As as) {
        if (first == Token.STRING) {
            textBytes += cursor.textLength();
        }
        if (first != Token.OBJECT_START && first != Token.ARRAY_START) {
            return;
        }
        int around = cursor.depth() - 1;
        while (cursor.depth() > around) {
            switch (cursor.next()) {
                case STRING -> {
                    textBytes += cursor.textLength();
                    readElement(as);
                }
                case NAME -> readMember(as);
                case ARRAY_START -> readElement(as);
                case OBJECT_START -> {
                    if (as == As.INPUTS) {
                        work.unseen();
                    }
                }
                case OBJECT_END -> {
                    if (as == As.ITEMS && cursor.depth() == LISTED - 1) {
                        work.endItem();
                    }
                }
                default -> {}
            }
        }
    }

    /** A string that is no member's value, or the start of an array within an array. */
    private void readElement(As as) {
        if (as == As.PROMPTS) {
            work.prompt();
        } else if (as == As.TOOLS && cursor.depth() == LISTED - 1) {
            work.otherTool();
        }
    }

    private void readMember(As as) {
        Member member = Member.at(cursor);
        if (member != null && member.isReference()) {
            readReference();
        } else if (as != As.STORED_PROMPT && isOpaque()) {
            cursor.skip();
        } else if (as == As.ITEMS && cursor.depth() == LISTED && cursor.textIs(ID)) {
            work.itemId();
            readItemId();
        } else if (as == As.STORED_PROMPT && cursor.depth() == OWN && cursor.textIs(ID)) {
            work.unseen();
            readItemId();
        } else if (member == Member.TYPE && as == As.TOOLS && cursor.depth() == LISTED) {
            readType(as);
        } else if (member != null && member.isInside() && as.hasParts()) {
            readPart(member, as);
        }
    }

    private void readType(As as) {
        boolean ofItem = as == As.ITEMS && cursor.depth() == LISTED;
        Token token = cursor.next();
        readInside(token, As.OTHER);
        if (token == Token.STRING && as == As.TOOLS) {
            work.tool(cursor);
        } else if (token == Token.STRING) {
            work.type(cursor, ofItem);
        }
    }

    private void readPart(Member member, As as) {
        boolean ofItem = as == As.ITEMS && cursor.depth() == LISTED;
        switch (member) {
            case TYPE -> readType(as);
            case IMAGE_URL -> {
                work.image();
                readMedia(member);
            }
            case FILE_DATA, INPUT_AUDIO -> readMedia(member);
            case AUDIO -> {
                if (isGiven()) {
                    work.unseen();
                }
            }
            case ENCRYPTED_CONTENT -> {
                Token token = cursor.next();
                readInside(token, As.OTHER);
                if (token == Token.STRING && ofItem) {
                    work.itemIsWhole();
                }
            }
            default -> {} // means something in the others only
        }
    }

    /** An image, a sound or a file: what lies in the body of it is not text. */
    private void readMedia(Member whole) {
        Token token = cursor.next();
        int around = cursor.depth() - (token == Token.OBJECT_START || token == Token.ARRAY_START ? 1 : 0);
        Member part = whole;
        while (true) {
            if (token == Token.NAME) {
                part = Member.at(cursor);
                if (part != null && part.isReference()) {
                    readReference();
                }
            } else if (token == Token.STRING) {
                readMediaText(whole, part);
            }
            if (cursor.depth() <= around) {
                return;
            }
            token = cursor.next();
        }
    }

    private void readMediaText(Member whole, @Nullable Member part) {
        int length = cursor.textLength();
        if (whole == Member.INPUT_AUDIO && part == Member.DATA) {
            work.sound(length);
        } else if (whole == Member.FILE_DATA
                || (whole == Member.IMAGE_URL && (part == Member.URL || part == whole) && isDataUrl())) {
            work.media(length);
        } else {
            textBytes += length;
        }
    }

    private boolean isDataUrl() {
        int from = cursor.tokenStart() + 1;
        return cursor.textLength() >= DATA_URL.length
                && Arrays.equals(bytes, from, from + DATA_URL.length, DATA_URL, 0, DATA_URL.length);
    }

    /** The id of an item given to a response or a conversation: the provider looks it up among the answers that it keeps. */
    private void readItemId() {
        Token token = cursor.next();
        if (token == Token.STRING) {
            addReference(cursor.text());
        } else if (token != Token.NULL) {
            throw new Problem(ProblemCode.INVALID_VALUE, "id: not a string (expected: the id of an item)", "input");
        }
    }

    /** One id, an array of ids, or an object with an {@code id} or with files of its own. */
    private void readReference() {
        Token token = cursor.next();
        if (token != Token.NULL) {
            work.unseen();
        }
        if (token == Token.STRING) {
            addReference(cursor.text());
            return;
        }
        if (token != Token.OBJECT_START && token != Token.ARRAY_START) {
            return;
        }
        boolean array = token == Token.ARRAY_START;
        int around = cursor.depth() - 1;
        while (cursor.depth() > around) {
            token = cursor.next();
            if (token == Token.STRING && array) {
                addReference(cursor.text());
            } else if (token == Token.NAME) {
                Member member = Member.at(cursor);
                if (member != null && member.isReference()) {
                    readReference();
                } else if (cursor.textIs(ID)) {
                    readItemId();
                }
            }
        }
    }

    private void addReference(String id) {
        if (references.isEmpty()) {
            references = new ArrayList<>();
        }
        if (references.size() == REFERENCES_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, "More than " + REFERENCES_MAX + " objects are named by one request.");
        }
        references.add(id);
    }

    private boolean flag(Member member) {
        return Boolean.TRUE.equals(flagOrNull(member));
    }

    private @Nullable Boolean flagOrNull(Member member) {
        return switch (cursor.next()) {
            case TRUE -> true;
            case FALSE -> false;
            case NULL -> null;
            default -> throw invalid(member, "not a boolean (expected: true, false or null)");
        };
    }

    /** A whole number of at least one, or 0 for null. */
    private long positive(Member member) {
        Token token = cursor.next();
        if (token == Token.NULL) {
            return 0;
        }
        long number = token == Token.NUMBER ? cursor.wholeNumber() : -1;
        if (number < 1) {
            throw invalid(member, "not a positive whole number (expected: >= 1)");
        }
        return number;
    }

    private @Nullable String textOrNull(Member member) {
        return switch (cursor.next()) {
            case STRING -> cursor.text();
            case NULL -> null;
            default -> throw invalid(member, "not a string (expected: a string or null)");
        };
    }

    private void requireModel() {
        if (model == null && operation != Operation.MODERATION) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "model: missing (expected: the name of a model, as listed by GET /v1/models)",
                    Member.MODEL.label());
        }
    }

    private void requireContent() {
        Member required = operation.required();
        if (required != null && !seen.contains(required)) {
            throw new Problem(ProblemCode.MISSING_VALUE, required.label() + ": missing", required.label());
        }
    }

    private boolean isBlank(int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] > ' ' || bytes[i] < 0) {
                return false;
            }
        }
        return true;
    }

    private static Problem invalid(Member member, String why) {
        return new Problem(ProblemCode.INVALID_VALUE, member.label() + ": " + why, member.label());
    }

    private RequestBody body() {
        RequestFacts facts = new RequestFacts(
                model,
                stream,
                usageWanted,
                outputCap,
                (int) Math.min(choices, Integer.MAX_VALUE),
                tools,
                background,
                stored,
                serviceTier,
                endUser,
                textBytes,
                textCharacters,
                references,
                seeded || (cold && !warm),
                cache == null ? CacheWish.ANY : cache,
                work.work(end - start, choices));
        RequestBody.Places places = new RequestBody.Places(
                inside,
                empty,
                modelStart,
                modelEnd,
                streamOptionsStart,
                streamOptionsEnd,
                optionsInside,
                optionsEmpty,
                includeUsageStart,
                includeUsageEnd,
                caps,
                toolCallsStart,
                toolCallsEnd,
                cutStart,
                cutEnd,
                /* modelQuoted= */ true,
                /* fieldHead= */ "",
                /* fieldTail= */ "");
        return new RequestBody(bytes, start, end, facts, places);
    }
}

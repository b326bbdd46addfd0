package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.JsonCursor;
import java.util.Arrays;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The members of request bodies that Tollgate looks at. */
enum Member {
    MODEL(Value.ONCE),
    MESSAGES(Value.ONCE),
    INPUT(Value.ONCE),
    ITEMS(Value.ONCE),
    PROMPT(Value.ONCE),
    STREAM(Value.ONCE),
    STREAM_OPTIONS(Value.ONCE),
    MAX_TOKENS(Value.ONCE),
    MAX_COMPLETION_TOKENS(Value.ONCE),
    MAX_OUTPUT_TOKENS(Value.ONCE),
    N(Value.ONCE),
    TOOLS(Value.ONCE),
    BACKGROUND(Value.ONCE),
    STORE(Value.ONCE),
    SERVICE_TIER(Value.ONCE),
    USER(Value.ONCE),
    SAFETY_IDENTIFIER(Value.ONCE),
    PREVIOUS_RESPONSE_ID(Value.REFERENCE),
    CONVERSATION(Value.REFERENCE),
    FILE_ID(Value.REFERENCE),
    FILE_IDS(Value.REFERENCE),
    INPUT_FILE_ID(Value.REFERENCE),
    TRAINING_FILE(Value.REFERENCE),
    VALIDATION_FILE(Value.REFERENCE),
    VECTOR_STORE_ID(Value.REFERENCE),
    VECTOR_STORE_IDS(Value.REFERENCE),
    CONTAINER(Value.REFERENCE),
    CONTAINER_ID(Value.REFERENCE);

    private enum Value {
        /** Counts at the top of the body and may stand there once. */
        ONCE,
        /** Names an object at the provider, wherever it stands. */
        REFERENCE
    }

    private static final Member[][] BY_LENGTH = byLength();

    private final byte[] name;
    private final Value value;

    Member(Value value) {
        this.name = name().toLowerCase(Locale.ROOT).getBytes(US_ASCII);
        this.value = value;
    }

    /** The member whose name the cursor has just read, or null. */
    static @Nullable Member at(JsonCursor cursor) {
        if (cursor.isEscaped()) {
            return find(cursor, values());
        }
        int length = cursor.textLength();
        return length < BY_LENGTH.length ? find(cursor, BY_LENGTH[length]) : null;
    }

    private static @Nullable Member find(JsonCursor cursor, Member[] members) {
        for (Member member : members) {
            if (cursor.textIs(member.name)) {
                return member;
            }
        }
        return null;
    }

    /** Whether a field of a form names an object at the provider. */
    static boolean isReference(String name) {
        return Arrays.stream(values())
                .anyMatch(member -> member.isReference() && member.label().equals(name));
    }

    boolean isReference() {
        return value == Value.REFERENCE;
    }

    String label() {
        return new String(name, US_ASCII);
    }

    private static Member[][] byLength() {
        int longest = 0;
        for (Member member : values()) {
            longest = Math.max(longest, member.name.length);
        }
        Member[][] table = new Member[longest + 1][];
        for (int length = 0; length <= longest; length++) {
            int wanted = length;
            table[length] = Arrays.stream(values())
                    .filter(member -> member.name.length == wanted)
                    .toArray(Member[]::new);
        }
        return table;
    }
}

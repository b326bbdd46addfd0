package dev.tollgate.wire.openai;

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
    BEST_OF(Value.ONCE),
    PREDICTION(Value.ONCE),
    MODALITIES(Value.ONCE),
    MAX_TOOL_CALLS(Value.ONCE),
    WEB_SEARCH_OPTIONS(Value.ONCE),
    SEARCH_PARAMETERS(Value.ONCE),
    PLUGINS(Value.ONCE),
    IMAGE(Value.ONCE),
    IMAGES(Value.ONCE),
    CACHE(Value.ONCE),
    TEMPERATURE(Value.SAMPLING),
    SEED(Value.SAMPLING),
    TYPE(Value.INSIDE),
    IMAGE_URL(Value.INSIDE),
    FILE_DATA(Value.INSIDE),
    INPUT_AUDIO(Value.INSIDE),
    DATA(Value.INSIDE),
    URL(Value.INSIDE),
    AUDIO(Value.INSIDE),
    ENCRYPTED_CONTENT(Value.INSIDE),
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
        /** Counts at the top of the body; what it means when it stands there twice is the provider's business. */
        SAMPLING,
        /** Counts inside of what the model is given. */
        INSIDE,
        /** Names an object at the provider, wherever it stands. */
        REFERENCE
    }

    private static final Vocabulary<Member> ALL = new Vocabulary<>(values());

    private final Value value;

    Member(Value value) {
        this.value = value;
    }

    /** The member whose name the cursor has just read, or null. */
    static @Nullable Member at(JsonCursor cursor) {
        return ALL.at(cursor);
    }

    /** Whether a field of a form names an object at the provider. */
    static boolean isReference(String name) {
        return Arrays.stream(values())
                .anyMatch(member -> member.isReference() && member.label().equals(name));
    }

    boolean isReference() {
        return value == Value.REFERENCE;
    }

    boolean isSampling() {
        return value == Value.SAMPLING;
    }

    boolean isInside() {
        return value == Value.INSIDE;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

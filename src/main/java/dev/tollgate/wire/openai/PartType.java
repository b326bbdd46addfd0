package dev.tollgate.wire.openai;

import dev.tollgate.wire.json.JsonCursor;
import org.jspecify.annotations.Nullable;

/** The {@code type} of a message, an item or a part of them that Tollgate knows how to count. */
enum PartType {
    TEXT,
    INPUT_TEXT,
    OUTPUT_TEXT,
    REFUSAL,
    MESSAGE,
    FUNCTION,
    CUSTOM,
    FUNCTION_CALL,
    FUNCTION_CALL_OUTPUT,
    CUSTOM_TOOL_CALL,
    CUSTOM_TOOL_CALL_OUTPUT,
    LOCAL_SHELL_CALL,
    LOCAL_SHELL_CALL_OUTPUT,
    /** Thoughts of an earlier answer; the provider may have kept them. */
    REASONING,
    REASONING_TEXT,
    SUMMARY_TEXT,
    THINKING,
    TOOL_USE,
    TOOL_RESULT,
    EPHEMERAL,
    IMAGE_URL,
    INPUT_IMAGE,
    COMPUTER_SCREENSHOT,
    INPUT_AUDIO;

    private static final Vocabulary<PartType> ALL = new Vocabulary<>(values());

    /** The type that the cursor has just read, or null where it is none of these. */
    static @Nullable PartType at(JsonCursor cursor) {
        return ALL.at(cursor);
    }

    boolean isImage() {
        return this == IMAGE_URL || this == INPUT_IMAGE || this == COMPUTER_SCREENSHOT;
    }
}

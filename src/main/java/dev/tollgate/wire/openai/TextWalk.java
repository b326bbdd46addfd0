package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.util.function.ObjLongConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Walks over what is said in a request that was read before: the strings within messages, input, prompt and
 * instructions, but for images, sounds, files and the caller's own data. Not names, and not what describes tools.
 */
final class TextWalk {
    private static final byte[] INSTRUCTIONS = "instructions".getBytes(US_ASCII);
    private static final byte[] METADATA = "metadata".getBytes(US_ASCII);

    private final JsonCursor cursor;
    private final ObjLongConsumer<String> sink;

    TextWalk(JsonCursor cursor, ObjLongConsumer<String> sink) {
        this.cursor = cursor;
        this.sink = sink;
    }

    void walk() {
        cursor.next();
        while (cursor.next() == Token.NAME) {
            if (isRead(Member.at(cursor))) {
                walkInside();
            } else {
                cursor.skip();
            }
        }
    }

    private boolean isRead(@Nullable Member member) {
        return member == Member.MESSAGES
                || member == Member.INPUT
                || member == Member.PROMPT
                || cursor.textIs(INSTRUCTIONS);
    }

    private void walkInside() {
        int around = cursor.depth();
        do {
            switch (cursor.next()) {
                case STRING -> sink.accept(cursor.text(), cursor.textLength());
                case NAME -> {
                    Member member = Member.at(cursor);
                    boolean passed = cursor.textIs(METADATA)
                            || (member != null
                                    && (member.isReference() || (member.isInside() && member != Member.TYPE)));
                    if (passed) {
                        cursor.skip();
                    }
                }
                default -> {}
            }
        } while (cursor.depth() > around);
    }
}

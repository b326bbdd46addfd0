package dev.tollgate.rating;

import com.fasterxml.jackson.databind.JsonNode;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.bounds.TextTokens;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The text of a request that a model reads, and its length in tokens as OpenAI's models cut it; other providers' are near
 * to that. Counting takes about a millisecond for 20 KB, so not on an event loop. Used by one thread.
 */
final class InputText {
    /** What is longer is counted by its beginning, because text without blanks takes a time that grows with its square. */
    private static final int CHARS_MAX = 200_000;

    /** What OpenAI's chat format adds: for each message, for a name in it, and for the beginning of the answer. */
    private static final int TOKENS_PER_MESSAGE = 3;

    private static final int TOKENS_PER_NAME = 1;

    private static final int TOKENS_OF_ANSWER = 3;

    private static final Set<String> READ =
            Set.of("messages", "input", "prompt", "instructions", "tools", "functions", "response_format", "text");

    /** Members of messages that steer and are not read as text. */
    private static final Set<String> NOT_READ =
            Set.of("type", "id", "call_id", "tool_call_id", "cache_control", "detail");

    private final List<String> pieces = new ArrayList<>();
    private final Map<EncodingType, Long> counts = new EnumMap<>(EncodingType.class);
    private long chars;
    private long format;

    private InputText() {}

    /** The text of a request in OpenAI's form. */
    static InputText of(JsonNode request) {
        InputText text = new InputText();
        request.properties().forEach(member -> {
            if (READ.contains(member.getKey())) {
                text.add(member.getValue());
            }
        });
        JsonNode messages = request.path("messages");
        for (JsonNode message : messages) {
            text.format += TOKENS_PER_MESSAGE + (message.has("name") ? TOKENS_PER_NAME : 0);
        }
        text.format += messages.isEmpty() ? 0 : TOKENS_OF_ANSWER;
        return text;
    }

    private void add(JsonNode node) {
        if (node.isTextual()) {
            pieces.add(node.textValue());
            chars += node.textValue().length();
        } else if (node.isArray()) {
            node.forEach(this::add);
        } else {
            node.properties().forEach(member -> {
                if (!NOT_READ.contains(member.getKey())) {
                    add(member.getValue());
                }
            });
        }
    }

    /** How many tokens a model reads. */
    long tokens(String model) {
        return format + counts.computeIfAbsent(encoding(model), this::count);
    }

    private long count(EncodingType type) {
        Encoding encoding = TextTokens.encoding(type);
        long counted = 0;
        long tokens = 0;
        for (String piece : pieces) {
            int room = (int) Math.min(piece.length(), CHARS_MAX - counted);
            if (room <= 0) {
                break;
            }
            tokens += encoding.countTokensOrdinary(piece.substring(0, room));
            counted += room;
        }
        return counted == chars ? tokens : Math.ceilDiv(Math.multiplyExact(tokens, chars), counted);
    }

    /** Models before gpt-4o, and embeddings, cut text in the older way. */
    private static EncodingType encoding(String model) {
        boolean older = model.equals("gpt-4")
                || model.startsWith("gpt-4-")
                || model.startsWith("gpt-3.5")
                || model.startsWith("text-embedding-");
        return older ? EncodingType.CL100K_BASE : EncodingType.O200K_BASE;
    }
}

package dev.tollgate.bounds;

import com.knuddels.jtokkit.Encodings;
import com.knuddels.jtokkit.api.Encoding;
import com.knuddels.jtokkit.api.EncodingRegistry;
import com.knuddels.jtokkit.api.EncodingType;
import dev.tollgate.wire.openai.RequestBody;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Counts text as OpenAI's models cut it. Of a request only what is said is counted, in messages, input, prompt and
 * instructions; all else, the JSON around it and tools, stays at a token per byte, so that the sum is still a bound.
 */
public final class TextTokens {
    /** Of one text; what is longer stays at its bytes, because counting what has no blanks takes very long. */
    private static final int CHARS_MAX = 200_000;

    /** Where two texts meet, a model may cut otherwise than each for itself. */
    private static final long TOKENS_PER_SEAM = 2;

    private static final EncodingRegistry ENCODINGS = Encodings.newLazyEncodingRegistry();
    private static final Map<EncodingType, Encoding> LOADED = new ConcurrentHashMap<>();

    private TextTokens() {}

    /** The encoding by which text is cut, loaded when it is first asked for; safe for threads. */
    public static Encoding encoding(EncodingType type) {
        return LOADED.computeIfAbsent(type, ENCODINGS::getEncoding);
    }

    static boolean isLoaded(EncodingType type) {
        return LOADED.containsKey(type);
    }

    /** The most tokens of a request's text. */
    static long most(RequestBody body, EncodingType type) {
        Encoding encoding = encoding(type);
        long[] saved = {0};
        body.eachText((text, bytes) -> {
            if (text.length() <= CHARS_MAX) {
                long tokens = encoding.countTokensOrdinary(text) + TOKENS_PER_SEAM;
                saved[0] += Math.max(0, bytes - tokens);
            }
        });
        return body.facts().work().textBytes() - saved[0];
    }
}

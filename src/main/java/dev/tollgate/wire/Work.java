package dev.tollgate.wire;

import java.util.Locale;
import java.util.Set;

/**
 * What a request gives a model to do, as far as that bounds what it can cost. Whatever is not known to be text, and is
 * not counted here, makes it {@code unseen}.
 *
 * @param bytes of the whole body; no token of text is shorter than one
 * @param mediaBytes of these, images, sounds and files that lie in it and are not read as text
 * @param images how many there are, wherever they lie
 * @param soundBytes of sounds that lie in the body, as written
 * @param unseen whether the model reads what the body does not show: stored answers, files, what Tollgate doesn't know
 * @param prompts how many prompts are answered, each as often as asked for
 * @param generations how many answers are generated for each prompt, those that are thrown away included
 * @param predictedBytes of a prediction of the answer, of which what is wrong is billed, too
 * @param audioOutput whether the answer may be spoken
 * @param tools what the provider may do by itself before it answers
 * @param maxToolCalls how often it may do so, or -1 where the request doesn't say
 * @param caps bounds of the output
 */
public record Work(
        long bytes,
        long mediaBytes,
        int images,
        long soundBytes,
        boolean unseen,
        int prompts,
        int generations,
        long predictedBytes,
        boolean audioOutput,
        Set<ServerTool> tools,
        long maxToolCalls,
        Caps caps) {

    /** Of a request without a body. */
    public static final Work NONE = text(0);

    /** What a provider can do for an answer by itself. */
    public enum ServerTool {
        WEB_SEARCH,
        FILE_SEARCH,
        CODE_INTERPRETER,
        /** Any other, whose price Tollgate doesn't know. */
        OTHER
    }

    /** The members by which requests bound the output tokens of one choice. */
    public enum Cap {
        MAX_TOKENS,
        MAX_COMPLETION_TOKENS,
        MAX_OUTPUT_TOKENS;

        /** The member's name: {@code max_tokens}. */
        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /** The bounds of the output that a request has, or -1 each. */
    public record Caps(long maxTokens, long maxCompletionTokens, long maxOutputTokens) {
        public static final Caps NONE = new Caps(-1, -1, -1);

        public long of(Cap cap) {
            return switch (cap) {
                case MAX_TOKENS -> maxTokens;
                case MAX_COMPLETION_TOKENS -> maxCompletionTokens;
                case MAX_OUTPUT_TOKENS -> maxOutputTokens;
            };
        }
    }

    /** Of a body that is nothing but text. */
    public static Work text(long bytes) {
        return new Work(bytes, 0, 0, 0, false, 1, 1, 0, false, Set.of(), -1, Caps.NONE);
    }

    /** The same where the provider may use its tools so often. */
    public Work withMaxToolCalls(long calls) {
        return new Work(
                bytes,
                mediaBytes,
                images,
                soundBytes,
                unseen,
                prompts,
                generations,
                predictedBytes,
                audioOutput,
                tools,
                calls,
                caps);
    }

    /** Bytes that may be read as text. */
    public long textBytes() {
        return bytes - mediaBytes;
    }
}

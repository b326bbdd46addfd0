package dev.tollgate.wire.openai;

import org.jspecify.annotations.Nullable;

/**
 * What is put into a request before it is sent.
 *
 * @param systemPrompt what the model is told before all else, unless the request begins with it already
 * @param temperature a JSON number, for requests that have none
 * @param outputCap the most output tokens of a choice, or -1: put in place of larger ones; see {@link RequestBody#presetCap}
 */
public record Preset(
        @Nullable String systemPrompt, @Nullable String temperature, long outputCap) {
    public static final Preset NONE = new Preset(null, null, -1);

    /** Whether it is for requests to this operation: those that generate text from a JSON body. */
    public static boolean isFor(Operation operation) {
        return operation == Operation.CHAT || operation == Operation.RESPONSE || operation == Operation.COMPLETION;
    }
}

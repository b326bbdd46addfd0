package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;

/**
 * The tokens of one answer, as OpenAI reports them: {@code prompt} includes what was read from and written to
 * the cache and {@code audio}, the completion is {@code reasoning} plus {@code visible}. Fees are billed and not reported.
 */
record TokenUse(long prompt, PromptCache.Use cache, long audio, long reasoning, long visible, Usage fees) {
    static final Usage ONE_OUTPUT = Usage.builder().set(Meter.OUTPUT, 1).build();

    /** The same with the provider's own tools used on the way. */
    TokenUse with(ToolUse tools) {
        return new TokenUse(tools.read(prompt), cache, audio, reasoning, visible, tools.fees());
    }

    /** What is owed as soon as an answer begins: the prompt, and the thinking that came before the first word. */
    Usage billAtStart() {
        return bill(0);
    }

    /** What a whole answer owes. */
    Usage bill() {
        return bill(visible);
    }

    private Usage bill(long output) {
        return Usage.builder()
                .set(Meter.INPUT, prompt - cache.read() - cache.written() - audio)
                .set(Meter.CACHED_INPUT, cache.read())
                .set(Meter.CACHE_WRITE, cache.written())
                .set(Meter.AUDIO_INPUT, audio)
                .set(Meter.REASONING, reasoning)
                .set(Meter.OUTPUT, output)
                .set(Meter.WEB_SEARCH, fees.count(Meter.WEB_SEARCH))
                .set(Meter.FILE_SEARCH, fees.count(Meter.FILE_SEARCH))
                .set(Meter.CODE_SESSION, fees.count(Meter.CODE_SESSION))
                .build();
    }

    /** As chat completions and completions report it. */
    ObjectNode chatJson() {
        ObjectNode json = Json.object()
                .put("prompt_tokens", prompt)
                .put("completion_tokens", reasoning + visible)
                .put("total_tokens", prompt + reasoning + visible);
        json.putObject("prompt_tokens_details")
                .put("cached_tokens", cache.read())
                .put("cache_write_tokens", cache.written())
                .put("audio_tokens", audio);
        json.putObject("completion_tokens_details")
                .put("reasoning_tokens", reasoning)
                .put("audio_tokens", 0)
                .put("accepted_prediction_tokens", 0)
                .put("rejected_prediction_tokens", 0);
        return json;
    }

    /** As the responses API reports it. */
    ObjectNode responseJson() {
        ObjectNode json = Json.object().put("input_tokens", prompt);
        json.putObject("input_tokens_details")
                .put("cached_tokens", cache.read())
                .put("cache_write_tokens", cache.written());
        json.put("output_tokens", reasoning + visible)
                .putObject("output_tokens_details")
                .put("reasoning_tokens", reasoning);
        return json.put("total_tokens", prompt + reasoning + visible);
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Usage;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;

/** {@code POST /v1/chat/completions}. */
final class ChatCompletions {
    private static final int CHOICES_MAX = 128;

    private final Clock clock;
    private final Ids ids;
    private final PromptCache cache;
    private final StoredCompletions stored;

    ChatCompletions(Clock clock, Ids ids, PromptCache cache, StoredCompletions stored) {
        this.clock = clock;
        this.ids = ids;
        this.cache = cache;
        this.stored = stored;
    }

    Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request);
        Prompt prompt = prompt(request);
        int n = n(request);
        Ask ask = new Ask(
                model,
                prompt,
                Ask.tool(request, prompt),
                Ask.schema(request.path("response_format")),
                request.path("reasoning_effort").asText(),
                Ask.tokensMax(request, "max_completion_tokens", "max_tokens"),
                Ask.texts(request.path("stop")),
                Math.min(call.wishes().words(), Wishes.WORDS_MAX / n));
        List<Generated> choices =
                IntStream.range(0, n).mapToObj(i -> Generated.of(ask, i)).toList();
        TokenUse use = use(cache, ask, choices);
        ObjectNode head = Json.object()
                .put("id", ids.next("chatcmpl-"))
                .put("object", "chat.completion")
                .put("created", clock.instant().getEpochSecond())
                .put("model", model)
                .put("service_tier", served(request, call.wishes()))
                .put("system_fingerprint", "fp_simulated");
        List<String> toolIds = choices.stream().map(_ -> ids.next("call_")).toList();
        if (request.path("store").asBoolean()) {
            stored.keep(whole(head.deepCopy(), choices, toolIds).set("usage", use.chatJson()), request);
        }
        if (request.path("stream").asBoolean()) {
            boolean usage = request.path("stream_options").path("include_usage").asBoolean();
            ChatChunks chunks = new ChatChunks(head.put("object", "chat.completion.chunk"), usage, call.wishes());
            return chunks.stream(model, choices, toolIds, use);
        }
        ObjectNode whole = whole(head, choices, toolIds);
        ReportedUsage.set(whole, use.chatJson(), call.wishes());
        return Answer.generated(whole, model, use.bill(), call.wishes());
    }

    /** How many answers a request wants. */
    static int n(ObjectNode request) {
        int n = request.path("n").asInt(1);
        if (n < 1 || n > CHOICES_MAX) {
            throw ApiError.badRequest("n: " + n + " (expected: 1.." + CHOICES_MAX + ")", "n", "invalid_value");
        }
        return n;
    }

    static TokenUse use(PromptCache cache, Ask ask, List<Generated> choices) {
        return new TokenUse(
                ask.prompt().tokens(),
                cache.lookUpAndRemember(ask.model(), ask.prompt().messages()),
                ask.prompt().audioTokens(),
                choices.stream().mapToLong(Generated::reasoning).sum(),
                choices.stream().mapToLong(Generated::visible).sum(),
                Usage.NONE);
    }

    /** The service tier as served: what was asked for, {@code default} for {@code auto}, or what the test wishes. */
    static String served(ObjectNode request, Wishes wishes) {
        String wished = wishes.serviceTier();
        String asked = request.path("service_tier").asText("auto");
        return wished != null ? wished : asked.equals("auto") ? "default" : asked;
    }

    private static Prompt prompt(ObjectNode request) {
        if (request.path("messages").isEmpty() || !request.path("messages").isArray()) {
            throw ApiError.badRequest("messages: expected a non-empty array", "messages", "invalid_value");
        }
        Prompt prompt = new Prompt();
        prompt.addSetting(request.path("tools"));
        prompt.addSetting(request.path("response_format"));
        for (JsonNode message : request.path("messages")) {
            if (!message.isObject()) {
                throw ApiError.badRequest("messages: expected objects", "messages", "invalid_type");
            }
            prompt.add(message);
        }
        return prompt;
    }

    private static ObjectNode whole(ObjectNode head, List<Generated> choices, List<String> toolIds) {
        ArrayNode list = head.putArray("choices");
        for (int i = 0; i < choices.size(); i++) {
            Generated generated = choices.get(i);
            ObjectNode choice = list.addObject().put("index", i);
            ObjectNode message = choice.putObject("message").put("role", "assistant");
            message.put("content", generated.tool() == null ? generated.text() : null);
            if (generated.tool() != null) {
                message.putArray("tool_calls").add(toolCall(toolIds.get(i), generated.tool(), generated.text()));
            }
            message.putNull("refusal").putArray("annotations");
            choice.putNull("logprobs").put("finish_reason", finish(generated));
        }
        return head;
    }

    private static ObjectNode toolCall(String id, String name, String arguments) {
        ObjectNode call = Json.object().put("id", id).put("type", "function");
        call.putObject("function").put("name", name).put("arguments", arguments);
        return call;
    }

    static String finish(Generated generated) {
        return generated.cut() ? "length" : generated.tool() != null ? "tool_calls" : "stop";
    }
}

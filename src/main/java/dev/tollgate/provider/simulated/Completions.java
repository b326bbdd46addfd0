package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code POST /v1/completions}, the older API: one or more prompts, {@code n} texts for each. */
final class Completions {
    private static final int PROMPTS_MAX = 128;

    private final Clock clock;
    private final Ids ids;

    Completions(Clock clock, Ids ids) {
        this.clock = clock;
        this.ids = ids;
    }

    Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request);
        int n = ChatCompletions.n(request);
        List<JsonNode> prompts = prompts(request.path("prompt"));
        List<Generated> choices = new ArrayList<>();
        long tokens = 0;
        for (JsonNode prompt : prompts) {
            tokens += prompt.isTextual() ? Tokens.count(prompt.asText()) : prompt.size();
            for (int i = 0; i < n; i++) {
                choices.add(Generated.of(ask(call, request, model, prompt, n * prompts.size()), i));
            }
        }
        long visible = choices.stream().mapToLong(Generated::visible).sum();
        TokenUse use = new TokenUse(tokens, new PromptCache.Use(0, 0), 0, 0, visible, Usage.NONE);
        ObjectNode head = Json.object()
                .put("id", ids.next("cmpl-"))
                .put("object", "text_completion")
                .put("created", clock.instant().getEpochSecond())
                .put("model", model)
                .put("system_fingerprint", "fp_simulated");
        if (request.path("stream").asBoolean()) {
            boolean usage = request.path("stream_options").path("include_usage").asBoolean();
            return stream(head, choices, use, usage && !call.wishes().has(Fault.NO_USAGE), call.wishes());
        }
        ArrayNode list = head.putArray("choices");
        choices.forEach(choice -> list.add(choice(list.size(), choice.text(), finish(choice))));
        ReportedUsage.set(head, use.chatJson(), call.wishes());
        return Answer.generated(head, model, use.bill(), call.wishes());
    }

    private static Answer stream(
            ObjectNode head, List<Generated> choices, TokenUse use, boolean includeUsage, Wishes wishes) {
        Sse sse = new Sse(wishes, /* named= */ false);
        Script script = new Script();
        script.then(() -> chunk(sse, head, choice(0, "", null), includeUsage, use.billAtStart()));
        for (int i = 0; i < choices.size(); i++) {
            int index = i;
            Generated choice = choices.get(i);
            script.each(
                    choice.tokens(),
                    token -> chunk(sse, head, choice(index, token, null), includeUsage, TokenUse.ONE_OUTPUT));
            script.then(() -> chunk(sse, head, choice(index, "", finish(choice)), includeUsage, Usage.NONE));
        }
        for (int times = includeUsage ? wishes.has(Fault.USAGE_TWICE) ? 2 : 1 : 0; times > 0; times--) {
            script.then(() -> {
                ObjectNode last = head.deepCopy();
                last.putArray("choices");
                ReportedUsage.set(last, use.chatJson(), wishes);
                return Piece.free(sse.event("", last.toString()));
            });
        }
        script.then(() -> Piece.free(sse.done()));
        return Answer.events(sse, head.path("model").asText(), script);
    }

    private static Piece chunk(Sse sse, ObjectNode head, ObjectNode choice, boolean includeUsage, Usage bill) {
        ObjectNode chunk = head.deepCopy();
        chunk.putArray("choices").add(choice);
        if (includeUsage) {
            chunk.putNull("usage");
        }
        return new Piece(sse.event("", chunk.toString()), bill);
    }

    private static ObjectNode choice(int index, String text, @Nullable String finish) {
        return Json.object()
                .put("text", text)
                .put("index", index)
                .putNull("logprobs")
                .put("finish_reason", finish);
    }

    private static String finish(Generated generated) {
        return generated.cut() ? "length" : "stop";
    }

    private static Ask ask(Call call, ObjectNode request, String model, JsonNode prompt, int answers) {
        Prompt asked = new Prompt();
        asked.add("user", prompt.isTextual() ? prompt.asText() : prompt.toString());
        return new Ask(
                model,
                asked,
                null,
                null,
                "none",
                Ask.tokensMax(request, "max_tokens"),
                Ask.texts(request.path("stop")),
                Math.min(call.wishes().words(), Wishes.WORDS_MAX / answers));
    }

    /** A text, an array of tokens, or an array of either. */
    private static List<JsonNode> prompts(JsonNode prompt) {
        List<JsonNode> prompts = new ArrayList<>();
        if (prompt.isTextual() || prompt.path(0).isNumber()) {
            prompts.add(prompt);
        } else {
            prompt.forEach(prompts::add);
        }
        if (prompts.isEmpty() || prompts.size() > PROMPTS_MAX) {
            throw ApiError.badRequest("prompt: expected 1.." + PROMPTS_MAX + " prompts", "prompt", null);
        }
        return prompts;
    }
}

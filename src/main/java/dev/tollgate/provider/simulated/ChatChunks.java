package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A chat completion as a stream of chunks: a role, one token per chunk, a finish reason, for each choice in turn; then
 * the usage where it was asked for.
 */
final class ChatChunks {
    private final String head;
    private final boolean includeUsage;
    private final Wishes wishes;
    private final Sse sse;

    /** @param head the members that every chunk begins with */
    ChatChunks(ObjectNode head, boolean includeUsage, Wishes wishes) {
        String json = head.toString();
        this.head = json.substring(0, json.length() - 1);
        this.includeUsage = includeUsage && !wishes.has(Fault.NO_USAGE);
        this.wishes = wishes;
        this.sse = new Sse(wishes, /* named= */ false);
    }

    Answer stream(String model, List<Generated> choices, List<String> toolIds, TokenUse use) {
        Script script = new Script();
        for (int i = 0; i < choices.size(); i++) {
            add(script, i, choices.get(i), toolIds.get(i), i == 0 ? use.billAtStart() : Usage.NONE);
        }
        for (int times = includeUsage ? wishes.has(Fault.USAGE_TWICE) ? 2 : 1 : 0; times > 0; times--) {
            script.then(() -> usage(use));
        }
        script.then(() -> Piece.free(sse.done()));
        return Answer.events(sse, model, script);
    }

    private void add(Script script, int choice, Generated generated, String toolId, Usage start) {
        String tool = generated.tool();
        if (tool == null) {
            script.then(() -> delta(choice, "\"role\":\"assistant\",\"content\":\"\",\"refusal\":null", null, start));
            script.each(
                    generated.tokens(),
                    token -> delta(choice, "\"content\":" + Json.quote(token), null, TokenUse.ONE_OUTPUT));
        } else {
            Usage name =
                    Usage.builder().set(Meter.OUTPUT, generated.toolTokens()).build();
            String call = "{\"index\":0,\"id\":\"" + toolId + "\",\"type\":\"function\",\"function\":{\"name\":"
                    + Json.quote(tool) + ",\"arguments\":\"\"}}";
            script.then(() -> delta(choice, "\"role\":\"assistant\",\"content\":null,\"refusal\":null", null, start));
            script.then(() -> delta(choice, "\"tool_calls\":[" + call + "]", null, name));
            script.each(
                    generated.tokens(),
                    token -> delta(
                            choice,
                            "\"tool_calls\":[{\"index\":0,\"function\":{\"arguments\":" + Json.quote(token) + "}}]",
                            null,
                            TokenUse.ONE_OUTPUT));
        }
        script.then(() -> delta(choice, "", ChatCompletions.finish(generated), Usage.NONE));
    }

    private Piece delta(int choice, String members, @Nullable String finish, Usage bill) {
        String chunk = head + ",\"choices\":[{\"index\":" + choice + ",\"delta\":{" + members
                + "},\"logprobs\":null,\"finish_reason\":" + (finish == null ? "null" : Json.quote(finish)) + "}]"
                + (includeUsage ? ",\"usage\":null}" : "}");
        return new Piece(sse.event("", chunk), bill);
    }

    private Piece usage(TokenUse use) {
        ObjectNode last = Json.object();
        last.putArray("choices");
        ReportedUsage.set(last, use.chatJson(), wishes);
        return Piece.free(sse.event("", head + "," + last.toString().substring(1)));
    }
}

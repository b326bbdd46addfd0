package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a response does with the provider's own tools before it answers: as many calls as were wished for, in the order in
 * which the tools are offered, and no more than {@code max_tool_calls}. After each call the model reads everything again, and
 * what it found.
 *
 * @param calls as they stand in the output
 */
record ToolUse(List<ObjectNode> calls) {
    static final ToolUse NONE = new ToolUse(List.of());

    /** Tokens that each call finds. */
    private static final long FOUND = 100;

    private enum Tool {
        WEB_SEARCH("ws_"),
        FILE_SEARCH("fs_"),
        CODE_INTERPRETER("ci_");

        private final String prefix;

        Tool(String prefix) {
            this.prefix = prefix;
        }

        private String label() {
            return name().toLowerCase(Locale.ROOT);
        }

        private String callType() {
            return label() + "_call";
        }

        /** The tool of a type, or null for one that the caller runs. */
        static @Nullable Tool of(String type) {
            for (Tool tool : values()) {
                if (type.startsWith(tool.label())) {
                    return tool;
                }
            }
            return null;
        }
    }

    static ToolUse of(ObjectNode request, Wishes wishes, Ids ids) {
        List<Tool> offered = new ArrayList<>();
        for (JsonNode each : request.path("tools")) {
            Tool tool = Tool.of(each.path("type").asText());
            if (tool != null) {
                offered.add(tool);
            }
        }
        long most = Math.min(wishes.toolCalls(), Ask.tokensMax(request, "max_tool_calls"));
        String container = ids.next("cntr_");
        List<ObjectNode> calls = new ArrayList<>();
        for (int i = 0; i < most && !offered.isEmpty(); i++) {
            Tool tool = offered.get(i % offered.size());
            ObjectNode call = Json.object()
                    .put("id", ids.next(tool.prefix))
                    .put("type", tool.callType())
                    .put("status", "completed");
            switch (tool) {
                case WEB_SEARCH ->
                    call.putObject("action").put("type", "search").put("query", "simulated");
                case FILE_SEARCH -> call.putArray("queries").add("simulated");
                case CODE_INTERPRETER -> call.put("code", "1 + 1").put("container_id", container);
            }
            calls.add(call);
        }
        return new ToolUse(calls);
    }

    /** The tokens that are read in all. */
    long read(long promptTokens) {
        long times = calls.size();
        return (times + 1) * promptTokens + FOUND * times * (times + 1) / 2;
    }

    /** What is billed beside tokens: searches by the call, code by its one container. */
    Usage fees() {
        return Usage.builder()
                .set(Meter.WEB_SEARCH, count(Tool.WEB_SEARCH))
                .set(Meter.FILE_SEARCH, count(Tool.FILE_SEARCH))
                .set(Meter.CODE_SESSION, Math.min(1, count(Tool.CODE_INTERPRETER)))
                .build();
    }

    private long count(Tool tool) {
        return calls.stream()
                .filter(call -> call.path("type").asText().equals(tool.callType()))
                .count();
    }
}

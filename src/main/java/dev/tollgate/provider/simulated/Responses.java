package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v1/responses}: answers, streamed or whole, kept unless {@code store} is false, and continued by id. */
final class Responses {
    private static final String STORED = "/v1/responses";
    private static final String INPUTS = "/v1/responses/*/input_items";

    private final Clock clock;
    private final Ids ids;
    private final PromptCache cache;
    private final Store store;

    Responses(Clock clock, Ids ids, PromptCache cache, Store store) {
        this.clock = clock;
        this.ids = ids;
        this.cache = cache;
        this.store = store;
    }

    void addTo(Routes routes) {
        routes.post(STORED, this::create)
                .post(STORED + "/input_tokens", this::inputTokens)
                .get(STORED + "/*", this::get)
                .delete(STORED + "/*", this::delete)
                .get(INPUTS, this::inputItems)
                .post(STORED + "/*/cancel", this::cancel);
    }

    private Answer create(Call call) {
        ObjectNode request = call.json();
        String model = Call.model(request);
        List<ObjectNode> input = input(request.path("input"));
        String conversation = Conversations.idOf(request.path("conversation"));
        Prompt prompt = prompt(request, conversation, input);
        Ask ask = new Ask(
                model,
                prompt,
                Ask.tool(request, prompt),
                Ask.schema(request.path("text").path("format")),
                request.path("reasoning").path("effort").asText(),
                Ask.tokensMax(request, "max_output_tokens"),
                List.of(),
                call.wishes().words());
        Generated generated = Generated.of(ask, 0);
        ToolUse tools = ToolUse.of(request, call.wishes(), ids);
        TokenUse use = ChatCompletions.use(cache, ask, List.of(generated)).with(tools);
        ObjectNode begun = begun(request, model, ChatCompletions.served(request, call.wishes()));
        ArrayNode output = output(generated, tools);
        ObjectNode done = done(begun, output, generated.cut());
        done.set("usage", use.responseJson());
        boolean background = request.path("background").asBoolean();
        if (request.path("store").asBoolean(true)) {
            keep(done.deepCopy(), input);
        }
        if (conversation != null) {
            Conversations.append(store, conversation, input);
            Conversations.append(store, conversation, objects(output));
        }
        done.remove("usage");
        ReportedUsage.set(done, use.responseJson(), call.wishes());
        if (request.path("stream").asBoolean()) {
            return new ResponseEvents(begun, done, call.wishes()).stream(model, generated, use);
        }
        return Answer.generated(background ? begun.put("status", "queued") : done, model, use.bill(), call.wishes());
    }

    private Answer get(Call call) {
        return Answer.json(store.get(STORED, call.id()));
    }

    private Answer delete(Call call) {
        store.remove(STORED, call.id());
        store.remove(INPUTS, call.id());
        return Answer.json(
                Json.object().put("id", call.id()).put("object", "response").put("deleted", true));
    }

    private Answer inputItems(Call call) {
        return Answer.json(Store.page(objects(store.get(INPUTS, call.id()).path("data")), call.query()));
    }

    /** Only a background response can be cancelled; here it is even when it has long been completed. */
    private Answer cancel(Call call) {
        ObjectNode response = store.get(STORED, call.id());
        if (!response.path("background").asBoolean()) {
            throw ApiError.badRequest("Only background responses can be cancelled.", null, null);
        }
        ObjectNode cancelled = response.deepCopy().put("status", "cancelled");
        cancelled.putArray("output");
        store.put(STORED, call.id(), cancelled);
        return Answer.json(cancelled);
    }

    /** How many tokens a request would send. */
    private Answer inputTokens(Call call) {
        ObjectNode request = call.json();
        Prompt prompt = prompt(request, Conversations.idOf(request.path("conversation")), input(request.path("input")));
        return Answer.json(Json.object().put("object", "response.input_tokens").put("input_tokens", prompt.tokens()));
    }

    private List<ObjectNode> input(JsonNode input) {
        List<ObjectNode> items = new ArrayList<>();
        if (input.isTextual()) {
            ObjectNode message = Json.object().put("type", "message").put("role", "user");
            message.putArray("content").addObject().put("type", "input_text").put("text", input.asText());
            items.add(message);
        } else {
            items.addAll(objects(input));
        }
        for (ObjectNode item : items) {
            if (!item.path("id").isTextual()) {
                item.put("id", ids.next("msg_"));
            }
        }
        return items;
    }

    private Prompt prompt(ObjectNode request, @Nullable String conversation, List<ObjectNode> input) {
        Prompt prompt = new Prompt();
        prompt.addSetting(request.path("tools"));
        prompt.addSetting(request.path("text").path("format"));
        prompt.addSetting(request.path("instructions"));
        history(request.path("previous_response_id").asText(null)).forEach(prompt::add);
        if (conversation != null) {
            Conversations.items(store, conversation).forEach(prompt::add);
        }
        input.forEach(prompt::add);
        return prompt;
    }

    /** All items of the responses before, oldest first. */
    private List<ObjectNode> history(@Nullable String previous) {
        List<ObjectNode> items = new ArrayList<>();
        for (String id = previous; id != null; ) {
            ObjectNode response = store.find(STORED, id);
            ObjectNode inputs = store.find(INPUTS, id);
            if (response == null || inputs == null) {
                throw ApiError.badRequest(
                        "Previous response with id '" + id + "' not found.",
                        "previous_response_id",
                        "previous_response_not_found");
            }
            items.addAll(0, objects(response.path("output")));
            items.addAll(0, objects(inputs.path("data")));
            id = response.path("previous_response_id").asText(null);
        }
        return items;
    }

    private void keep(ObjectNode response, List<ObjectNode> input) {
        String id = response.path("id").asText();
        ObjectNode inputs = Json.object();
        inputs.putArray("data").addAll(input);
        store.put(STORED, id, response);
        store.put(INPUTS, id, inputs);
    }

    /** A response before its first word. */
    private ObjectNode begun(ObjectNode request, String model, String serviceTier) {
        ObjectNode json = Json.object()
                .put("id", ids.next("resp_"))
                .put("object", "response")
                .put("created_at", clock.instant().getEpochSecond())
                .put("status", "in_progress")
                .put("background", request.path("background").asBoolean())
                .putNull("error")
                .putNull("incomplete_details");
        copy(request, json, "instructions", null);
        copy(request, json, "max_output_tokens", null);
        copy(request, json, "max_tool_calls", null);
        json.put("model", model).putArray("output");
        copy(request, json, "parallel_tool_calls", Json.TRUE);
        copy(request, json, "previous_response_id", null);
        ObjectNode reasoning = json.putObject("reasoning");
        reasoning.set("effort", request.path("reasoning").get("effort"));
        reasoning.putNull("summary");
        json.put("service_tier", serviceTier).put("store", request.path("store").asBoolean(true));
        copy(request, json, "temperature", Json.ONE);
        copy(request, json, "text", Json.object().set("format", Json.object().put("type", "text")));
        copy(request, json, "tool_choice", Json.text("auto"));
        copy(request, json, "tools", Json.array());
        copy(request, json, "top_p", Json.ONE);
        json.put("truncation", "disabled").putNull("usage").putNull("user");
        copy(request, json, "metadata", Json.object());
        String conversation = Conversations.idOf(request.path("conversation"));
        if (conversation != null) {
            json.putObject("conversation").put("id", conversation);
        }
        return json;
    }

    private static void copy(ObjectNode from, ObjectNode to, String member, @Nullable JsonNode absent) {
        to.set(member, from.has(member) ? from.get(member) : absent);
    }

    private ObjectNode done(ObjectNode begun, ArrayNode output, boolean cut) {
        ObjectNode done = begun.deepCopy().put("status", cut ? "incomplete" : "completed");
        if (cut) {
            done.putObject("incomplete_details").put("reason", "max_output_tokens");
        } else {
            done.put("completed_at", clock.instant().getEpochSecond());
        }
        done.set("output", output);
        return done;
    }

    private ArrayNode output(Generated generated, ToolUse tools) {
        ArrayNode output = Json.array();
        if (generated.reasoning() > 0) {
            output.addObject()
                    .put("id", ids.next("rs_"))
                    .put("type", "reasoning")
                    .putArray("summary");
        }
        output.addAll(tools.calls());
        String status = generated.cut() ? "incomplete" : "completed";
        if (generated.tool() != null) {
            output.addObject()
                    .put("id", ids.next("fc_"))
                    .put("type", "function_call")
                    .put("status", status)
                    .put("arguments", generated.text())
                    .put("call_id", ids.next("call_"))
                    .put("name", generated.tool());
            return output;
        }
        ObjectNode message = output.addObject()
                .put("id", ids.next("msg_"))
                .put("type", "message")
                .put("status", status)
                .put("role", "assistant");
        message.putArray("content").add(ResponseEvents.textPart(generated.text()));
        return output;
    }

    private static List<ObjectNode> objects(JsonNode array) {
        List<ObjectNode> objects = new ArrayList<>();
        for (JsonNode each : array) {
            if (!(each instanceof ObjectNode object)) {
                throw ApiError.badRequest("input: expected a text or an array of objects", "input", "invalid_type");
            }
            objects.add(object);
        }
        return objects;
    }
}

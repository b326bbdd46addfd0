package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.provider.simulated.Answer.Piece;

/** A response as the typed events of the responses API, numbered in sequence; one token per delta. */
final class ResponseEvents {
    private final ObjectNode begun;
    private final ObjectNode done;
    private final Wishes wishes;
    private final Sse sse;
    private int sequence;

    /**
     * @param begun the response before its first word
     * @param done the response as it is at the end
     */
    ResponseEvents(ObjectNode begun, ObjectNode done, Wishes wishes) {
        this.begun = begun;
        this.done = done;
        this.wishes = wishes;
        this.sse = new Sse(wishes, /* named= */ true);
    }

    Answer stream(String model, Generated generated, TokenUse use) {
        Script script = new Script();
        script.then(() -> snapshot("response.created", begun, use.billAtStart()));
        script.then(() -> snapshot("response.in_progress", begun, Usage.NONE));
        JsonNode output = done.path("output");
        for (int i = 0; i < output.size(); i++) {
            ObjectNode item = (ObjectNode) output.get(i);
            switch (item.path("type").asText()) {
                case "message" -> message(script, i, item, generated);
                case "function_call" -> call(script, i, item, generated);
                default -> whole(script, i, item, item);
            }
        }
        String end = generated.cut() ? "response.incomplete" : "response.completed";
        for (int times = wishes.has(Fault.USAGE_TWICE) ? 2 : 1; times > 0; times--) {
            script.then(() -> snapshot(end, done, Usage.NONE));
        }
        return Answer.events(sse, model, script);
    }

    static ObjectNode textPart(String text) {
        ObjectNode part = Json.object().put("type", "output_text");
        part.putArray("annotations");
        part.putArray("logprobs");
        return part.put("text", text);
    }

    private void message(Script script, int index, ObjectNode item, Generated generated) {
        String id = item.path("id").asText();
        ObjectNode started = item.deepCopy().put("status", "in_progress");
        started.putArray("content");
        script.then(() -> item("response.output_item.added", index, started, Usage.NONE));
        script.then(() -> part("response.content_part.added", id, index, textPart("")));
        script.each(
                generated.tokens(),
                token -> delta(
                        "response.output_text.delta", id, index, ",\"content_index\":0", token, ",\"logprobs\":[]"));
        script.then(() -> event(within("response.output_text.done", id, index)
                .put("content_index", 0)
                .put("text", generated.text())
                .set("logprobs", Json.array())));
        script.then(() -> part("response.content_part.done", id, index, textPart(generated.text())));
        script.then(() -> item("response.output_item.done", index, item, Usage.NONE));
    }

    private void call(Script script, int index, ObjectNode item, Generated generated) {
        String id = item.path("id").asText();
        ObjectNode started = item.deepCopy().put("status", "in_progress").put("arguments", "");
        Usage name = Usage.builder().set(Meter.OUTPUT, generated.toolTokens()).build();
        script.then(() -> item("response.output_item.added", index, started, name));
        script.each(
                generated.tokens(), token -> delta("response.function_call_arguments.delta", id, index, "", token, ""));
        script.then(() -> event(within("response.function_call_arguments.done", id, index)
                .put("name", item.path("name").asText())
                .put("arguments", generated.text())));
        script.then(() -> item("response.output_item.done", index, item, Usage.NONE));
    }

    private void whole(Script script, int index, ObjectNode started, ObjectNode item) {
        script.then(() -> item("response.output_item.added", index, started, Usage.NONE));
        script.then(() -> item("response.output_item.done", index, item, Usage.NONE));
    }

    private Piece snapshot(String type, ObjectNode response, Usage bill) {
        ObjectNode event = Json.object().put("type", type);
        event.set("response", response);
        return event(event, bill);
    }

    private Piece item(String type, int index, ObjectNode item, Usage bill) {
        ObjectNode event = Json.object().put("type", type).put("output_index", index);
        event.set("item", item);
        return event(event, bill);
    }

    private Piece part(String type, String itemId, int index, ObjectNode part) {
        ObjectNode event = within(type, itemId, index).put("content_index", 0);
        event.set("part", part);
        return event(event);
    }

    /** The event that a stream has most of, so it is written by hand. */
    private Piece delta(String type, String itemId, int index, String before, String token, String after) {
        String json = "{\"type\":\"" + type + "\",\"item_id\":\"" + itemId + "\",\"output_index\":" + index + before
                + ",\"delta\":" + Json.quote(token) + after + ",\"sequence_number\":" + sequence++ + "}";
        return new Piece(sse.event(type, json), TokenUse.ONE_OUTPUT);
    }

    private static ObjectNode within(String type, String itemId, int index) {
        return Json.object().put("type", type).put("item_id", itemId).put("output_index", index);
    }

    private Piece event(ObjectNode event) {
        return event(event, Usage.NONE);
    }

    private Piece event(ObjectNode event, Usage bill) {
        event.put("sequence_number", sequence++);
        return new Piece(sse.event(event.path("type").asText(), event.toString()), bill);
    }
}

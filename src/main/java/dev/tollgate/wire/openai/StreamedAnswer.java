package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.Raw;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/** Makes the stream that says what a JSON answer says, in as few events as there can be. */
public final class StreamedAnswer {
    private static final Raw EMPTY_ARRAY = Raw.of("[]");
    private static final Raw NULL = Raw.of("null");
    private static final Raw IN_PROGRESS = Raw.of("\"in_progress\"");

    private final StringBuilder stream;
    private int events;

    private StreamedAnswer(int bytes) {
        stream = new StringBuilder(bytes + 1024);
    }

    /**
     * The events of an answer. Throws {@link dev.tollgate.wire.json.InvalidJson} where it is no JSON.
     *
     * @param operation one that can be streamed: chat, completion or response
     * @param usageWanted whether the caller asked for usage at the end
     */
    public static byte[] of(Operation operation, byte[] answer, boolean usageWanted) {
        StreamedAnswer made = new StreamedAnswer(answer.length);
        Map<String, Raw> members = Raw.of(onOneLine(answer), 0, answer.length).members();
        if (operation == Operation.RESPONSE) {
            made.response(members);
        } else {
            made.choices(operation, members, usageWanted);
        }
        return made.stream.toString().getBytes(UTF_8);
    }

    /** An event ends with its line. Within strings there are no ends of lines, so that blanks do as well. */
    private static byte[] onOneLine(byte[] json) {
        byte[] line = json.clone();
        for (int i = 0; i < line.length; i++) {
            if (line[i] == '\n' || line[i] == '\r') {
                line[i] = ' ';
            }
        }
        return line;
    }

    private void choices(Operation operation, Map<String, Raw> answer, boolean usageWanted) {
        StringJoiner head = new StringJoiner(",");
        answer.forEach((name, value) -> {
            if (name.equals("object") && operation == Operation.CHAT) {
                head.add("\"object\":\"chat.completion.chunk\"");
            } else if (!name.equals("choices") && !name.equals("usage")) {
                head.add(member(name, value));
            }
        });
        String noUsage = usageWanted ? ",\"usage\":null" : "";
        List<Raw> choices = answer.getOrDefault("choices", EMPTY_ARRAY).elements();
        for (int i = 0; i < choices.size(); i++) {
            Raw choice = choices.get(i);
            if (operation == Operation.CHAT) {
                Map<String, Raw> members = choice.members();
                chunk(head, begun(i, members), noUsage);
                chunk(head, ended(i, members), noUsage);
            } else {
                chunk(head, choice.json(), noUsage);
            }
        }
        if (usageWanted && answer.containsKey("usage")) {
            chunk(head, "", "," + member("usage", answer.getOrDefault("usage", NULL)));
        }
        stream.append("data: [DONE]\n\n");
    }

    private void chunk(StringJoiner head, String choice, String usage) {
        stream.append("data: {").append(head).append(head.length() == 0 ? "" : ",");
        stream.append("\"choices\":[").append(choice).append(']').append(usage).append("}\n\n");
    }

    /** All that is said, at once. */
    private static String begun(int place, Map<String, Raw> choice) {
        StringJoiner begun = new StringJoiner(",", "{", "}");
        begun.add("\"index\":" + index(place, choice));
        begun.add("\"delta\":" + choice.getOrDefault("message", Raw.of("{}")).json());
        choice.forEach((name, value) -> {
            if (!name.equals("index") && !name.equals("message") && !name.equals("finish_reason")) {
                begun.add(member(name, value));
            }
        });
        return begun.add("\"finish_reason\":null").toString();
    }

    private static String ended(int place, Map<String, Raw> choice) {
        return "{\"index\":" + index(place, choice) + ",\"delta\":{},\"finish_reason\":"
                + choice.getOrDefault("finish_reason", NULL).json() + "}";
    }

    private static String index(int place, Map<String, Raw> choice) {
        Raw index = choice.get("index");
        return index == null ? Integer.toString(place) : index.json();
    }

    private void response(Map<String, Raw> answer) {
        String begun = with(answer, Map.of("status", IN_PROGRESS, "output", EMPTY_ARRAY, "usage", NULL));
        event("response.created", "\"response\":" + begun);
        event("response.in_progress", "\"response\":" + begun);
        List<Raw> items = answer.getOrDefault("output", EMPTY_ARRAY).elements();
        for (int i = 0; i < items.size(); i++) {
            item(i, items.get(i));
        }
        event("response.completed", "\"response\":" + with(answer, Map.of()));
    }

    private void item(int place, Raw item) {
        Map<String, Raw> members = item.members();
        boolean isMessage = members.getOrDefault("type", NULL).text().equals("message");
        String output = "\"output_index\":" + place;
        String begun = isMessage ? with(members, Map.of("status", IN_PROGRESS, "content", EMPTY_ARRAY)) : item.json();
        event("response.output_item.added", output + ",\"item\":" + begun);
        if (isMessage) {
            String of =
                    "\"item_id\":" + members.getOrDefault("id", Raw.of("\"\"")).json() + "," + output;
            List<Raw> parts = members.getOrDefault("content", EMPTY_ARRAY).elements();
            for (int i = 0; i < parts.size(); i++) {
                part(of + ",\"content_index\":" + i, parts.get(i));
            }
        }
        event("response.output_item.done", output + ",\"item\":" + item.json());
    }

    private void part(String of, Raw part) {
        Map<String, Raw> members = part.members();
        boolean isRefusal = members.getOrDefault("type", NULL).text().equals("refusal");
        String said = isRefusal ? "refusal" : "text";
        String kind = isRefusal ? "response.refusal" : "response.output_text";
        Raw text = members.getOrDefault(said, Raw.of("\"\""));
        String logprobs = isRefusal
                ? ""
                : ",\"logprobs\":"
                        + members.getOrDefault("logprobs", EMPTY_ARRAY).json();
        String begun = isRefusal
                ? with(members, Map.of(said, Raw.of("\"\"")))
                : with(members, Map.of(said, Raw.of("\"\""), "annotations", EMPTY_ARRAY));
        event("response.content_part.added", of + ",\"part\":" + begun);
        event(kind + ".delta", of + ",\"delta\":" + text.json() + logprobs);
        event(kind + ".done", of + "," + member(said, text) + logprobs);
        event("response.content_part.done", of + ",\"part\":" + part.json());
    }

    private void event(String type, String members) {
        stream.append("event: ").append(type).append("\ndata: {\"type\":\"").append(type);
        stream.append("\",\"sequence_number\":")
                .append(events++)
                .append(',')
                .append(members)
                .append("}\n\n");
    }

    /** An object with other values of some members. */
    private static String with(Map<String, Raw> members, Map<String, Raw> others) {
        StringJoiner object = new StringJoiner(",", "{", "}");
        members.forEach((name, value) -> object.add(member(name, others.getOrDefault(name, value))));
        others.forEach((name, value) -> {
            if (!members.containsKey(name)) {
                object.add(member(name, value));
            }
        });
        return object.toString();
    }

    private static String member(String name, Raw value) {
        return JsonText.quoted(name) + ":" + value.json();
    }
}

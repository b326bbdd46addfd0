package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.Raw;
import dev.tollgate.wire.sse.DataLines;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.StringJoiner;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Makes the JSON answer that says what a complete stream says. */
public final class JoinedStream {
    /** Of a chunk; not of the answer that it is a part of. */
    private static final Set<String> OF_CHUNKS = Set.of("choices", "usage", "object", "obfuscation", "p");

    private final Operation operation;
    private final byte[] stream;
    private final Map<String, Raw> head = new LinkedHashMap<>();
    private final SortedMap<Integer, Joined> choices = new TreeMap<>();
    private @Nullable Raw usage;
    private @Nullable Raw response;

    private JoinedStream(Operation operation, byte[] stream) {
        this.operation = operation;
        this.stream = stream;
    }

    /**
     * The answer. Throws {@link dev.tollgate.wire.json.InvalidJson} where an event is no JSON.
     *
     * @param operation one that can be streamed: chat, completion or response
     */
    public static byte[] of(Operation operation, byte[] stream) {
        JoinedStream joined = new JoinedStream(operation, stream);
        DataLines.each(stream, joined::event);
        return joined.answer().getBytes(UTF_8);
    }

    private void event(int start, int end) {
        if (start == end || stream[start] != '{') {
            return;
        }
        Map<String, Raw> event = Raw.of(stream, start, end).members();
        if (operation == Operation.RESPONSE) {
            response = event.getOrDefault("response", response); // the last one is complete
            return;
        }
        event.forEach((name, value) -> {
            if (!OF_CHUNKS.contains(name)) {
                head.merge(name, value, (before, now) -> before.isNull() ? now : before);
            }
        });
        Raw used = event.get("usage");
        usage = used != null && used.isObject() ? used : usage;
        int place = 0;
        for (Raw choice : event.getOrDefault("choices", Raw.of("[]")).elements()) {
            choice(place++, choice.members());
        }
    }

    private void choice(int place, Map<String, Raw> choice) {
        Raw index = choice.get("index");
        Joined joined =
                choices.computeIfAbsent(index == null ? place : Integer.parseInt(index.json()), _ -> new Joined());
        choice.forEach((name, value) -> {
            if (name.equals("delta")) {
                value.members().forEach(joined.message::add);
            } else if (name.equals("logprobs") && value.isObject()) {
                value.members().forEach(joined.logprobs::add);
            } else if (!name.equals("index")) {
                joined.others.add(name, value);
            }
        });
    }

    private String answer() {
        if (operation == Operation.RESPONSE) {
            return response == null ? "{}" : response.json();
        }
        StringJoiner answer = new StringJoiner(",", "{", "}");
        answer.add("\"object\":" + (operation == Operation.CHAT ? "\"chat.completion\"" : "\"text_completion\""));
        head.forEach((name, value) -> answer.add(JsonText.quoted(name) + ":" + value.json()));
        StringJoiner all = new StringJoiner(",", "[", "]");
        choices.forEach((index, choice) -> all.add(choice.json(operation, index)));
        answer.add("\"choices\":" + all);
        if (usage != null) {
            answer.add("\"usage\":" + usage.json());
        }
        return answer.toString();
    }

    /** What the parts of a choice make together. */
    private static final class Joined {
        final Parts message = new Parts();
        final Parts logprobs = new Parts();
        final Parts others = new Parts();

        String json(Operation operation, int index) {
            StringJoiner choice = new StringJoiner(",", "{", "}").add("\"index\":" + index);
            if (operation == Operation.CHAT) {
                message.orNull("content");
                message.orNull("refusal");
                choice.add("\"message\":" + message.json());
            }
            if (!logprobs.isEmpty()) {
                choice.add("\"logprobs\":" + logprobs.json());
                others.remove("logprobs");
            }
            others.forEach(choice);
            return choice.toString();
        }
    }

    /** Values by name, each put together of what came one after the other. */
    private static final class Parts {
        private final Map<String, StringBuilder> values = new LinkedHashMap<>();

        void add(String name, Raw value) {
            StringBuilder joined = values.get(name);
            if (joined == null || joined.charAt(0) == 'n') {
                values.put(name, new StringBuilder(value.json()));
            } else if (isJoined(name, value) && joined.charAt(0) == value.json().charAt(0)) {
                boolean isList = value.isArray()
                        && joined.length() > 2
                        && !value.inside().isBlank();
                joined.setLength(joined.length() - 1);
                joined.append(isList ? "," : "").append(value.inside()).append(value.isArray() ? ']' : '"');
            } else if (!value.isNull() && !name.equals("role")) {
                values.put(name, new StringBuilder(value.json()));
            }
        }

        /** Some providers say the role again and again. */
        private static boolean isJoined(String name, Raw value) {
            return value.isArray() || (value.isString() && !name.equals("role") && !name.equals("finish_reason"));
        }

        void orNull(String name) {
            values.putIfAbsent(name, new StringBuilder("null"));
        }

        void remove(String name) {
            values.remove(name);
        }

        boolean isEmpty() {
            return values.isEmpty();
        }

        void forEach(StringJoiner object) {
            values.forEach((name, value) -> object.add(JsonText.quoted(name) + ":" + value));
        }

        String json() {
            StringJoiner object = new StringJoiner(",", "{", "}");
            forEach(object);
            return object.toString();
        }
    }
}

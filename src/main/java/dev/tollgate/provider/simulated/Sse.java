package dev.tollgate.provider.simulated;

import io.vertx.core.buffer.Buffer;

/**
 * Writes server-sent events, odd ones where the request asked for that. Used for one stream by one thread.
 */
final class Sse {
    private static final String UNKNOWN = "\"simulated_unknown\":{\"kept\":true}";

    private final Wishes wishes;
    private final boolean named;
    private final String newline;
    private int count;

    /** @param named whether events carry an {@code event:} line, as those of the responses API do */
    Sse(Wishes wishes, boolean named) {
        this.wishes = wishes;
        this.named = named;
        this.newline = wishes.has(Fault.CRLF) ? "\r\n" : "\n";
    }

    /** @param json an object on one line */
    Buffer event(String name, String json) {
        StringBuilder text = new StringBuilder(json.length() + 64);
        count++;
        if (wishes.has(Fault.COMMENTS)) {
            text.append(": simulated comment ").append(count).append(newline).append(newline);
            text.append("id: ").append(count).append(newline);
            text.append("retry: 3000").append(newline);
        }
        if (wishes.has(Fault.UNKNOWN_EVENTS) && count == 2) {
            text.append("event: simulated.unknown").append(newline);
            text.append("data: {\"type\":\"simulated.unknown\",")
                    .append(UNKNOWN)
                    .append('}');
            text.append(newline).append(newline);
        }
        if (named) {
            text.append("event: ").append(name).append(newline);
        }
        text.append("data: ");
        if (wishes.has(Fault.UNKNOWN_EVENTS)) {
            text.append('{').append(UNKNOWN).append(',').append(json, 1, json.length());
        } else {
            text.append(json);
        }
        return Buffer.buffer(text.append(newline).append(newline).toString());
    }

    /** The line that ends a stream of chat chunks. */
    Buffer done() {
        return Buffer.buffer("data: [DONE]" + newline + newline);
    }

    /** An error in the middle of a stream, in the shape of its API. */
    Buffer error() {
        return named
                ? event(
                        "error",
                        "{\"type\":\"error\",\"code\":\"server_error\",\"message\":\"The server failed (simulated).\","
                                + "\"param\":null,\"sequence_number\":" + count + "}")
                : event("error", ApiError.ofStatus(500).json().toString());
    }

    /** An event whose data ends in the middle of its JSON. */
    Buffer malformed() {
        return Buffer.buffer("data: {\"id\": \"simulated\", \"choices\": [" + newline + newline);
    }
}

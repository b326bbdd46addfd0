package dev.tollgate.gateway.http;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonObject;

/** The last event of a stream that ends before its time, in the form of the API that was called. */
final class ErrorEvent {
    private ErrorEvent() {}

    /** @param isTyped whether the stream's events carry their type in an {@code event} line */
    static String of(ProblemCode code, boolean isTyped) {
        JsonObject error = new JsonObject()
                .put("message", message(code))
                .put("type", code.type())
                .putNull("param")
                .put("code", code.label());
        return isTyped
                ? "event: error\ndata: " + typed(error).encode() + "\n\n"
                : "data: " + new JsonObject().put("error", error).encode() + "\n\n";
    }

    private static String message(ProblemCode code) {
        return switch (code) {
            case UPSTREAM_TIMEOUT -> "The provider was silent for too long in the middle of its answer.";
            case FELL_BEHIND ->
                "This connection took an answer that it shares with others too slowly to get the rest of it. Ask again.";
            default -> "The provider's answer broke off before it was complete.";
        };
    }

    /** Clients look for these members beside the type, where they are documented, or within {@code error}. */
    private static JsonObject typed(JsonObject error) {
        return error.copy().put("type", "error").put("error", error);
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Usage;
import io.vertx.core.buffer.Buffer;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/** What an endpoint answers: a whole body, or pieces of one that are made while they are sent. */
sealed interface Answer {
    String JSON = "application/json";

    /**
     * A body that is complete.
     *
     * @param model what to bill for, or empty where nothing is billed
     */
    record Whole(int status, String contentType, Buffer body, String model, Usage bill) implements Answer {}

    /**
     * A body in pieces.
     *
     * @param sse how events are written, or null where the pieces are not events
     */
    record Pieces(String contentType, @Nullable Sse sse, String model, Iterator<Piece> pieces) implements Answer {}

    /** A part of a body and what it adds to the bill once it is sent. */
    record Piece(Buffer bytes, Usage bill) {
        static Piece free(Buffer bytes) {
            return new Piece(bytes, Usage.NONE);
        }
    }

    /** JSON that costs nothing. */
    static Whole json(ObjectNode json) {
        return new Whole(200, JSON, Json.bytes(json), "", Usage.NONE);
    }

    /** JSON that was generated, and is billed. */
    static Whole generated(ObjectNode json, String model, Usage bill, Wishes wishes) {
        if (wishes.has(Fault.UNKNOWN_EVENTS)) {
            json.set("simulated_unknown", Json.object().put("kept", true));
        }
        Buffer body = Json.bytes(json);
        if (wishes.has(Fault.USAGE_TWICE) && json.has("usage")) {
            String again = ",\"usage\":" + json.get("usage") + '}';
            body = body.getBuffer(0, body.length() - 1).appendString(again);
        }
        return new Whole(200, JSON, body, model, bill);
    }

    static Whole error(ApiError error) {
        return new Whole(error.status(), JSON, Json.bytes(error.json()), "", Usage.NONE);
    }

    static Pieces events(Sse sse, String model, Iterator<Piece> pieces) {
        return new Pieces("text/event-stream; charset=utf-8", sse, model, pieces);
    }
}

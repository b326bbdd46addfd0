package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;

/**
 * An answer as it lay on the wire, without its framing.
 *
 * @param headers as they came, in order
 * @param complete false where the connection ended before the body did
 */
public record RawAnswer(int status, List<RawHeader> headers, byte[] body, boolean complete) {

    public String text() {
        return new String(body, UTF_8);
    }

    public JsonNode json() {
        return Json.parse(text());
    }

    /** The {@code code} of an OpenAI-shaped error, or an empty text. */
    public String errorCode() {
        return json().at("/error/code").asText();
    }

    /** What the events of a stream carried, in order. */
    public List<String> data() {
        return Answer.data(text());
    }

    /** The first header of that name, or an empty text. */
    public String header(String name) {
        return RawHeader.first(headers, name);
    }

    /** Tollgate's id of the request. */
    public String requestId() {
        return header("x-request-id");
    }

    @Override
    public String toString() {
        String text = text();
        return status + " " + headers + " " + text.substring(0, Math.min(2_000, text.length()))
                + (complete ? "" : " (broken off)");
    }
}

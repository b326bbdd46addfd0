package dev.tollgate.testkit;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpHeaders;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** What a server answered, whole. */
public record Answer(int status, HttpHeaders headers, byte[] body) {

    static Answer of(HttpResponse<byte[]> response) {
        return new Answer(response.statusCode(), response.headers(), response.body());
    }

    public String text() {
        return new String(body, StandardCharsets.UTF_8);
    }

    public JsonNode json() {
        return Json.parse(text());
    }

    /** The {@code code} of an OpenAI-shaped error, or an empty text. */
    public String errorCode() {
        return json().at("/error/code").asText();
    }

    /** The first header of that name, or an empty text. */
    public String header(String name) {
        return headers.firstValue(name).orElse("");
    }

    public boolean hasHeader(String name) {
        return headers.firstValue(name).isPresent();
    }

    /** Tollgate's id of the request. */
    public String requestId() {
        return header("x-request-id");
    }

    /** What the events of a stream carried, in order. */
    public List<String> data() {
        return data(text());
    }

    /** The data lines of an event stream. */
    public static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /** Short, for the message of a test that fails. */
    @Override
    public String toString() {
        String text = text();
        return status + " " + headers.map() + " " + text.substring(0, Math.min(2_000, text.length()));
    }
}

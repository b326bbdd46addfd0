package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * A prompt as it is counted: the tokens of each message's text and three more per message; a tool list or an answer
 * schema counts as a message; an image counts 85 tokens, a sound one for each started 4,000 characters of base64.
 */
final class Prompt {
    static final int TOKENS_PER_MESSAGE = 3;

    private static final int TOKENS_PER_IMAGE = 85;
    private static final int SOUND_LENGTH_PER_TOKEN = 4_000;

    private final List<String> messages = new ArrayList<>();
    private long imageTokens;
    private long audioTokens;
    private String lastRole = "";
    private String lastText = "";

    /** Adds a message, an input item or a plain text. */
    void add(JsonNode message) {
        StringBuilder text = new StringBuilder();
        collect(message.isTextual() ? message : message.path("content"), text);
        message.path("tool_calls").forEach(call -> append(text, call.path("function")));
        append(text, message);
        collect(message.path("output"), text);
        add(role(message), text.toString());
    }

    void add(String role, String text) {
        messages.add(text);
        lastRole = role;
        lastText = text;
    }

    /** Adds what shapes an answer without being said: tools, a schema. */
    void addSetting(JsonNode setting) {
        if (!setting.isMissingNode() && !setting.isNull()) {
            messages.add(setting.toString());
        }
    }

    List<String> messages() {
        return messages;
    }

    boolean endsWith(String role) {
        return lastRole.equals(role);
    }

    String lastText() {
        return lastText;
    }

    long audioTokens() {
        return audioTokens;
    }

    /** All tokens, those of images and sounds included. */
    long tokens() {
        long tokens = imageTokens + audioTokens;
        for (String message : messages) {
            tokens += Tokens.count(message) + TOKENS_PER_MESSAGE;
        }
        return tokens;
    }

    private static String role(JsonNode message) {
        if (message.path("type").asText().endsWith("_call_output")) {
            return "tool";
        }
        return message.path("role").asText("user");
    }

    private static void append(StringBuilder text, JsonNode function) {
        if (function.path("arguments").isTextual()) {
            text.append(function.path("name").asText())
                    .append(function.path("arguments").asText());
        }
    }

    private void collect(JsonNode content, StringBuilder text) {
        if (content.isTextual()) {
            text.append(content.asText());
        }
        for (JsonNode part : content) {
            switch (part.path("type").asText()) {
                case "image_url", "input_image" -> imageTokens += TOKENS_PER_IMAGE;
                case "input_audio" -> audioTokens += sound(part.path("input_audio"));
                default -> text.append(part.path("text").asText());
            }
        }
    }

    private static long sound(JsonNode audio) {
        return Math.ceilDiv(audio.path("data").asText().length(), SOUND_LENGTH_PER_TOKEN);
    }
}

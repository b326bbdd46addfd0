package dev.tollgate.provider.simulated;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One made-up answer: the tokens of a text, or of the arguments of a call to {@code tool}. The same request always
 * gets the same answer.
 *
 * @param cut whether the bound on the completion ended it
 */
record Generated(@Nullable String tool, List<String> tokens, long reasoning, boolean cut) {
    private static final int ECHO_LENGTH_MAX = 60;
    private static final int REASONING_STEP = 64;
    private static final List<String> WORDS =
            List.of("sun ", "sky ", "sea ", "air ", "oak ", "elm ", "fox ", "owl ", "bee ", "red ", "one ", "two ");
    private static final Set<String> REASONING_FAMILIES = Set.of("o1", "o3", "o4", "gpt-5", "gpt-6");

    /** @param choice which of the {@code n} answers to one request, from 0 */
    static Generated of(Ask ask, int choice) {
        long reasoning = Math.min(reasoning(ask), ask.tokensMax());
        Ask.Tool tool = ask.tool();
        String text = tool != null ? SchemaSample.of(tool.parameters()).toString() : text(ask, choice);
        List<String> tokens = Tokens.split(text);
        long room = ask.tokensMax() - reasoning - (tool == null ? 0 : Tokens.count(tool.name()));
        if (room < 0) { // cut before it could name the function
            return new Generated(null, List.of(), reasoning, true);
        }
        boolean cut = tokens.size() > room;
        return new Generated(
                tool == null ? null : tool.name(), cut ? tokens.subList(0, (int) room) : tokens, reasoning, cut);
    }

    String text() {
        return String.join("", tokens);
    }

    /** Tokens of what can be seen: the text, or the name and the arguments of a call. */
    long visible() {
        return tokens.size() + toolTokens();
    }

    long toolTokens() {
        return tool == null ? 0 : Tokens.count(tool);
    }

    static boolean reasons(String model) {
        return REASONING_FAMILIES.stream().anyMatch(model::startsWith);
    }

    private static long reasoning(Ask ask) {
        if (!reasons(ask.model())) {
            return 0;
        }
        return switch (ask.reasoningEffort()) {
            case "none", "minimal" -> 0;
            case "low" -> REASONING_STEP;
            case "high" -> 4 * REASONING_STEP;
            case "xhigh" -> 8 * REASONING_STEP;
            default -> 2 * REASONING_STEP;
        };
    }

    private static String text(Ask ask, int choice) {
        String text = ask.schema() != null
                ? SchemaSample.of(ask.schema()).toString()
                : ask.words() > 0 ? words(ask.words(), choice) : talk(ask, choice);
        for (String stop : ask.stops()) {
            int at = stop.isEmpty() ? -1 : text.indexOf(stop);
            text = at < 0 ? text : text.substring(0, at);
        }
        return text;
    }

    private static String words(int count, int choice) {
        StringBuilder text = new StringBuilder(4 * count);
        for (int i = 0; i < count; i++) {
            text.append(WORDS.get((i + choice) % WORDS.size()));
        }
        return text.replace(text.length() - 1, text.length(), ".").toString();
    }

    private static String talk(Ask ask, int choice) {
        String said = echo(ask.prompt().lastText());
        return (ask.prompt().endsWith("tool")
                        ? "This is a simulated answer. The tool returned: " + said
                        : "This is a simulated answer from " + ask.model() + ". You said: " + said)
                + (choice == 0 ? "" : " (choice " + choice + ")");
    }

    /** The start of a text, cut between characters; half a surrogate pair becomes a question mark. */
    private static String echo(String text) {
        int end = Math.min(text.length(), ECHO_LENGTH_MAX);
        if (end < text.length() && Character.isHighSurrogate(text.charAt(end - 1))) {
            end--;
        }
        byte[] utf8 = text.substring(0, end).getBytes(StandardCharsets.UTF_8);
        return new String(utf8, StandardCharsets.UTF_8) + (end < text.length() ? "…" : "");
    }
}

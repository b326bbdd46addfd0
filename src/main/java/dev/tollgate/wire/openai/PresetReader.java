package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Finds where a preset goes in a body that was read before. A second pass over its bytes, for requests alone that have
 * something to be put in; what stands in the body stays as it is.
 */
final class PresetReader {
    private static final byte[] INSTRUCTIONS = "instructions".getBytes(US_ASCII);
    private static final byte[] TEMPERATURE = "temperature".getBytes(US_ASCII);
    private static final byte[] ROLE = "role".getBytes(US_ASCII);
    private static final byte[] CONTENT = "content".getBytes(US_ASCII);
    private static final byte[] TEXT = "text".getBytes(US_ASCII);
    private static final byte[] SYSTEM = "system".getBytes(US_ASCII);
    private static final byte[] DEVELOPER = "developer".getBytes(US_ASCII);

    /** Between a prompt and the caller's own instructions. */
    private static final String BETWEEN = "\n\n";

    private final Operation operation;
    private final JsonCursor cursor;
    private final Preset preset;
    private final List<String> members = new ArrayList<>(2);
    private final List<Additions.Edit> edits = new ArrayList<>(2);
    private final List<Additions.Edit> noTemperatures = new ArrayList<>(0);
    private boolean temperatureGiven;
    private boolean begins;
    private boolean instructed;
    private int messagesInside = -1;

    private PresetReader(Operation operation, byte[] bytes, int start, int end, Preset preset) {
        this.operation = operation;
        this.cursor = new JsonCursor(bytes, start, end);
        this.preset = preset;
    }

    static Additions read(Operation operation, byte[] bytes, int start, int end, Preset preset) {
        PresetReader reader = new PresetReader(operation, bytes, start, end, preset);
        if (preset.systemPrompt() != null || preset.temperature() != null) {
            reader.read();
        }
        return reader.additions();
    }

    private void read() {
        cursor.next();
        while (cursor.next() == Token.NAME) {
            Member member = Member.at(cursor);
            if (member == Member.MESSAGES && operation == Operation.CHAT) {
                readMessages();
            } else if (member == Member.INPUT && operation == Operation.RESPONSE) {
                readFirst(cursor.next());
            } else if (cursor.textIs(INSTRUCTIONS) && operation == Operation.RESPONSE) {
                readInstructions();
            } else if (cursor.textIs(TEMPERATURE)) {
                readTemperature();
            } else {
                cursor.skip();
            }
        }
    }

    private void readMessages() {
        Token token = cursor.next();
        messagesInside = cursor.tokenEnd();
        readFirst(token);
    }

    /** Finds out whether the first message is the prompt. */
    private void readFirst(Token list) {
        if (list != Token.ARRAY_START) {
            passRest(list);
            return;
        }
        int around = cursor.depth() - 1;
        Token first = cursor.next();
        if (first == Token.OBJECT_START) {
            begins = isPrompt();
        } else if (first != Token.ARRAY_END) {
            passRest(first);
        }
        while (cursor.depth() > around) {
            cursor.next();
        }
    }

    /** Passes the message whose brace was read. */
    private boolean isPrompt() {
        boolean tells = false;
        boolean same = false;
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(ROLE)) {
                Token role = cursor.next();
                tells = role == Token.STRING && (cursor.textIs(SYSTEM) || cursor.textIs(DEVELOPER));
                passRest(role);
            } else if (cursor.textIs(CONTENT)) {
                same = preset.systemPrompt() != null && preset.systemPrompt().equals(soleText());
            } else {
                cursor.skip();
            }
        }
        return tells && same;
    }

    /** The text of a content that is one text, or null. */
    private @Nullable String soleText() {
        Token token = cursor.next();
        if (token == Token.STRING) {
            return cursor.text();
        }
        if (token != Token.ARRAY_START) {
            passRest(token);
            return null;
        }
        int around = cursor.depth() - 1;
        int parts = 0;
        String text = null;
        while (cursor.depth() > around) {
            Token next = cursor.next();
            if (next == Token.OBJECT_START && cursor.depth() == around + 2) {
                parts++;
            } else if (next == Token.NAME && cursor.depth() == around + 2 && cursor.textIs(TEXT)) {
                text = cursor.next() == Token.STRING ? cursor.text() : null;
            }
        }
        return parts == 1 ? text : null;
    }

    private void readInstructions() {
        Token token = cursor.next();
        String prompt = preset.systemPrompt();
        if (prompt != null && token == Token.STRING) {
            instructed = true;
            String given = cursor.text();
            if (!given.equals(prompt) && !given.startsWith(prompt + BETWEEN)) {
                int inside = cursor.tokenStart() + 1;
                edits.add(new Additions.Edit(inside, inside, JsonText.escaped(prompt + BETWEEN)));
            }
        } else if (prompt != null && token == Token.NULL) {
            instructed = true;
            edits.add(new Additions.Edit(cursor.tokenStart(), cursor.tokenEnd(), JsonText.quoted(prompt)));
        } else {
            passRest(token);
        }
    }

    private void readTemperature() {
        Token token = cursor.next();
        if (token == Token.NULL) {
            noTemperatures.add(
                    new Additions.Edit(cursor.tokenStart(), cursor.tokenEnd(), String.valueOf(preset.temperature())));
        } else {
            temperatureGiven = true;
            passRest(token);
        }
    }

    /** Of a container whose start was read; anything else has no rest. */
    private void passRest(Token token) {
        if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
            cursor.skip();
        }
    }

    private Additions additions() {
        String prompt = begins || operation == Operation.COMPLETION ? null : preset.systemPrompt();
        if (prompt == null) {
            edits.clear();
        } else if (operation == Operation.CHAT && messagesInside >= 0) {
            String message = "{\"role\":\"system\",\"content\":" + JsonText.quoted(prompt) + "},";
            edits.add(new Additions.Edit(messagesInside, messagesInside, message));
        } else if (operation == Operation.RESPONSE && !instructed) {
            members.add("\"instructions\":" + JsonText.quoted(prompt));
        }
        boolean added = !edits.isEmpty() || !members.isEmpty();
        boolean tempered = preset.temperature() != null && !temperatureGiven;
        if (tempered) {
            if (noTemperatures.isEmpty()) {
                members.add("\"temperature\":" + preset.temperature());
            }
            edits.addAll(noTemperatures);
        }
        return new Additions(
                members, edits, added ? prompt : null, preset.outputCap(), tempered && isZero(preset.temperature()));
    }

    private static boolean isZero(@Nullable String number) {
        return number != null && new BigDecimal(number).signum() == 0;
    }
}

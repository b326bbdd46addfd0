package dev.tollgate.wire.json;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What Jackson makes of a document, with the cursor's limit of nesting and no other. It is given characters, because of
 * bytes it refuses names with an escaped surrogate pair.
 */
final class Jackson {
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .streamReadConstraints(StreamReadConstraints.builder()
                    .maxNestingDepth(JsonCursor.MAX_DEPTH)
                    .maxNumberLength(Integer.MAX_VALUE)
                    .maxStringLength(Integer.MAX_VALUE)
                    .maxNameLength(Integer.MAX_VALUE)
                    .build())
            .build();

    private Jackson() {}

    /** The tokens, with the texts of strings and numbers, or nothing where the document is invalid. */
    static Optional<List<String>> tokens(byte[] document) {
        return tokens(new String(document, UTF_8));
    }

    /** Whether bytes are one document, leaving aside whether its text is valid UTF-8: each byte is a character. */
    static boolean isValid(byte[] document) {
        return tokens(new String(document, ISO_8859_1)).isPresent();
    }

    private static Optional<List<String>> tokens(String document) {
        try (JsonParser parser = FACTORY.createParser(new StringReader(document))) {
            return tokens(parser);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<List<String>> tokens(JsonParser parser) throws IOException {
        List<String> tokens = new ArrayList<>();
        boolean ended = false;
        for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
            if (ended) {
                return Optional.empty(); // a second document
            }
            tokens.add(
                    switch (token) {
                        case START_OBJECT -> Token.OBJECT_START.toString();
                        case END_OBJECT -> Token.OBJECT_END.toString();
                        case START_ARRAY -> Token.ARRAY_START.toString();
                        case END_ARRAY -> Token.ARRAY_END.toString();
                        case FIELD_NAME -> Token.NAME + " " + parser.getText();
                        case VALUE_STRING -> Token.STRING + " " + parser.getText();
                        case VALUE_NUMBER_INT, VALUE_NUMBER_FLOAT -> Token.NUMBER + " " + parser.getText();
                        case VALUE_TRUE -> Token.TRUE.toString();
                        case VALUE_FALSE -> Token.FALSE.toString();
                        case VALUE_NULL -> Token.NULL.toString();
                        case NOT_AVAILABLE, VALUE_EMBEDDED_OBJECT -> throw new IllegalStateException(token.toString());
                    });
            ended = parser.getParsingContext().inRoot();
        }
        if (!ended) {
            return Optional.empty(); // no document at all
        }
        tokens.add(Token.END.toString());
        return Optional.of(tokens);
    }
}

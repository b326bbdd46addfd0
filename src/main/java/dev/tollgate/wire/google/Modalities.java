package dev.tollgate.wire.google;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;

/** A list that splits a count by kind of token: {@code [{"modality": "AUDIO", "tokenCount": 25}, …]}. */
final class Modalities {
    private static final byte[] MODALITY = "modality".getBytes(US_ASCII);
    private static final byte[] TOKEN_COUNT = "tokenCount".getBytes(US_ASCII);
    private static final byte[] AUDIO = "AUDIO".getBytes(US_ASCII);
    private static final byte[] IMAGE = "IMAGE".getBytes(US_ASCII);
    private static final byte[] VIDEO = "VIDEO".getBytes(US_ASCII);

    private Modalities() {}

    /** Adds up what follows; text, documents and kinds that nobody knows are left to be the rest. */
    static <S extends Enum<S>> void read(JsonCursor cursor, Counts<S> counts, S audio, S image, S video) {
        if (!Counts.enters(cursor, Token.ARRAY_START)) {
            return;
        }
        for (Token token = cursor.next(); token != Token.ARRAY_END; token = cursor.next()) {
            if (token == Token.OBJECT_START) {
                readOne(cursor, counts, audio, image, video);
            } else {
                if (token == Token.ARRAY_START) {
                    cursor.skip();
                }
                counts.distrust();
            }
        }
    }

    private static <S extends Enum<S>> void readOne(JsonCursor cursor, Counts<S> counts, S audio, S image, S video) {
        S what = null;
        long count = 0;
        while (cursor.next() == Token.NAME) {
            if (cursor.textIs(TOKEN_COUNT)) {
                count = counts.next(cursor);
            } else if (cursor.textIs(MODALITY)) {
                Token value = cursor.next();
                if (value == Token.STRING) {
                    what = cursor.textIs(AUDIO)
                            ? audio
                            : cursor.textIs(IMAGE) ? image : cursor.textIs(VIDEO) ? video : null;
                } else if (value == Token.OBJECT_START || value == Token.ARRAY_START) {
                    cursor.skip();
                }
            } else {
                cursor.skip();
            }
        }
        if (what != null) {
            counts.add(what, count);
        }
    }
}

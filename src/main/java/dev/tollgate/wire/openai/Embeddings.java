package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.wire.json.InvalidJson;
import dev.tollgate.wire.json.JsonCursor;
import dev.tollgate.wire.json.JsonCursor.Token;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Takes an answer with embeddings apart, and makes one of some. */
public final class Embeddings {
    private static final byte[] DATA = "data".getBytes(US_ASCII);
    private static final byte[] INDEX = "index".getBytes(US_ASCII);
    private static final byte[] EMBEDDING = "embedding".getBytes(US_ASCII);
    private static final byte[] ERROR = "error".getBytes(US_ASCII);

    private final byte[] answer;
    private final JsonCursor cursor;

    /** Where each embedding begins and ends; 0 as long as it was not seen. */
    private final int[] starts;

    private final int[] ends;
    private boolean odd;

    private Embeddings(byte[] answer, int items) {
        this.answer = answer;
        this.cursor = new JsonCursor(answer);
        this.starts = new int[items];
        this.ends = new int[items];
    }

    /** The embeddings of an answer as they are written, in order; null where it hasn't just one for each item. */
    public static @Nullable List<byte[]> of(byte[] answer, int items) {
        Embeddings embeddings = new Embeddings(answer, items);
        try {
            embeddings.read();
        } catch (InvalidJson e) {
            return null;
        }
        return embeddings.all();
    }

    private @Nullable List<byte[]> all() {
        List<byte[]> all = new ArrayList<>(ends.length);
        for (int i = 0; i < ends.length; i++) {
            odd |= ends[i] == 0;
            all.add(Arrays.copyOfRange(answer, starts[i], ends[i]));
        }
        return odd ? null : all;
    }

    private void read() {
        odd = cursor.next() != Token.OBJECT_START;
        while (!odd && cursor.next() == Token.NAME) {
            if (cursor.textIs(DATA)) {
                readData();
            } else {
                odd |= cursor.textIs(ERROR);
                cursor.skip();
            }
        }
    }

    private void readData() {
        Token token = cursor.next();
        int place = 0;
        odd |= token != Token.ARRAY_START;
        while (!odd && (token = cursor.next()) != Token.ARRAY_END) {
            if (token == Token.OBJECT_START) {
                readItem(place++);
            } else {
                odd = true;
            }
        }
    }

    /** @param place stands for the index of an item that has none */
    private void readItem(int place) {
        long index = place;
        int from = 0;
        int to = 0;
        while (cursor.next() == Token.NAME) {
            boolean isIndex = cursor.textIs(INDEX);
            boolean isEmbedding = cursor.textIs(EMBEDDING);
            Token token = cursor.next();
            int start = cursor.tokenStart();
            if (token == Token.OBJECT_START || token == Token.ARRAY_START) {
                cursor.skip();
            }
            if (isIndex) {
                index = token == Token.NUMBER ? cursor.wholeNumber() : -1;
            } else if (isEmbedding && (token == Token.ARRAY_START || token == Token.STRING)) {
                from = start;
                to = cursor.tokenEnd();
            }
        }
        if (index < 0 || index >= ends.length || to == 0 || ends[(int) index] != 0) {
            odd = true;
        } else {
            starts[(int) index] = from;
            ends[(int) index] = to;
        }
    }

    /**
     * An answer with these embeddings.
     *
     * @param model that made them
     * @param tokens of all that was embedded
     */
    public static byte[] answer(List<byte[]> embeddings, String model, long tokens) {
        int length = embeddings.stream().mapToInt(one -> one.length + 64).sum();
        ByteArrayOutputStream answer = new ByteArrayOutputStream(length + 256);
        answer.writeBytes("{\"object\":\"list\",\"data\":[".getBytes(UTF_8));
        for (int i = 0; i < embeddings.size(); i++) {
            String head = (i == 0 ? "" : ",") + "{\"object\":\"embedding\",\"index\":" + i + ",\"embedding\":";
            answer.writeBytes(head.getBytes(UTF_8));
            answer.writeBytes(embeddings.get(i));
            answer.write('}');
        }
        String tail = "],\"model\":" + JsonText.quoted(model) + ",\"usage\":{\"prompt_tokens\":" + tokens
                + ",\"total_tokens\":" + tokens + "}}";
        answer.writeBytes(tail.getBytes(UTF_8));
        return answer.toByteArray();
    }
}

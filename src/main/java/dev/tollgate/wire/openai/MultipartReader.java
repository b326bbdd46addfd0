package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.RequestFacts;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578) where it lies: which model and which options it names. Files in it
 * are passed over, never copied.
 */
public final class MultipartReader {
    private static final Pattern BOUNDARY =
            Pattern.compile("boundary=(?:\"([^\"]{1,70})\"|([^\\s;\"]{1,70}))", Pattern.CASE_INSENSITIVE);
    private static final Pattern NAME =
            Pattern.compile("[;\\s]name=(?:\"([^\"]*)\"|([^\\s;\"]+))", Pattern.CASE_INSENSITIVE);
    private static final int PARTS_MAX = 1_000;
    private static final int VALUE_BYTES_MAX = 64 * 1024;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);

    private final byte[] bytes;
    private final int end;

    private @Nullable String model;
    private int modelStart = -1;
    private int modelEnd = -1;
    private boolean stream;
    private int choices = 1;
    private @Nullable String endUser;
    private long textBytes;

    private MultipartReader(byte[] bytes, int end) {
        this.bytes = bytes;
        this.end = end;
    }

    /**
     * Reads the body that lies from {@code start} to before {@code end}.
     *
     * @param deployment stands for the model where the body names none, or null
     */
    public static RequestBody read(
            Operation operation, String contentType, byte[] bytes, int start, int end, @Nullable String deployment) {
        Matcher boundary = BOUNDARY.matcher(contentType);
        if (!boundary.find()) {
            throw invalid("content-type: no boundary (expected: multipart/form-data; boundary=…)");
        }
        String text = boundary.group(1) != null ? boundary.group(1) : boundary.group(2);
        MultipartReader reader = new MultipartReader(bytes, end);
        reader.readParts(("--" + text).getBytes(ISO_8859_1), start);
        return reader.body(operation, start, deployment);
    }

    private void readParts(byte[] delimiter, int start) {
        int at = indexOf(delimiter, start);
        int parts = 0;
        while (true) {
            if (at < 0 || at + delimiter.length + 2 > end) {
                throw invalid("The multipart body breaks off before its closing boundary.");
            }
            int partStart = at + delimiter.length;
            if (bytes[partStart] == '-' && bytes[partStart + 1] == '-') {
                return;
            }
            if (++parts > PARTS_MAX) {
                throw invalid("The multipart body has more than " + PARTS_MAX + " parts.");
            }
            int headEnd = indexOf(HEAD_END, partStart);
            int next = headEnd < 0 ? -1 : indexOf(delimiter, headEnd);
            if (next < 0) {
                throw invalid("The multipart body breaks off before its closing boundary.");
            }
            readPart(new String(bytes, partStart, headEnd - partStart, UTF_8), headEnd + HEAD_END.length, next - 2);
            at = next;
        }
    }

    private void readPart(String head, int valueStart, int valueEnd) {
        Matcher name = NAME.matcher(head);
        boolean isFile = head.toLowerCase(Locale.ROOT).contains("filename");
        if (isFile || !name.find() || valueEnd < valueStart || valueEnd - valueStart > VALUE_BYTES_MAX) {
            return;
        }
        String value = new String(bytes, valueStart, valueEnd - valueStart, UTF_8);
        switch (name.group(1) != null ? name.group(1) : name.group(2)) {
            case "model" -> {
                if (model != null) {
                    throw invalid("model: given twice (expected: once)");
                }
                model = value;
                modelStart = valueStart;
                modelEnd = valueEnd;
            }
            case "stream" -> stream = value.equalsIgnoreCase("true");
            case "n" -> choices = choices(value);
            case "user" -> endUser = value;
            case "prompt" -> textBytes += valueEnd - valueStart;
            default -> {}
        }
    }

    private static int choices(String value) {
        try {
            int choices = Integer.parseInt(value.strip());
            if (choices >= 1) {
                return choices;
            }
        } catch (NumberFormatException e) {
            // told below, like every other value that is no count
        }
        throw invalid("n: " + value + " (expected: a whole number >= 1)");
    }

    private RequestBody body(Operation operation, int start, @Nullable String deployment) {
        String asked = model != null ? model : deployment;
        if (operation.runsModel() && (asked == null || asked.isEmpty())) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "model: missing (expected: the name of a model, as listed by GET /v1/models)",
                    "model");
        }
        RequestFacts facts = new RequestFacts(
                asked, stream, false, -1, choices, false, false, null, null, endUser, textBytes, 0, List.of());
        return new RequestBody(bytes, start, end, facts, RequestBody.Places.ofPlainModel(modelStart, modelEnd));
    }

    private int indexOf(byte[] wanted, int from) {
        int last = end - wanted.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == wanted[0] && startsAt(wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean startsAt(byte[] wanted, int at) {
        for (int i = 1; i < wanted.length; i++) {
            if (bytes[at + i] != wanted[i]) {
                return false;
            }
        }
        return true;
    }

    private static Problem invalid(String message) {
        return new Problem(ProblemCode.INVALID_VALUE, message);
    }
}

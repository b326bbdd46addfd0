package dev.tollgate.wire.openai;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.RequestFacts;
import dev.tollgate.wire.Work;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads a {@code multipart/form-data} body (RFC 7578) where it lies: which model and which options it names. Files in it
 * are passed over, never copied. The form is taken strictly, because what Tollgate and a provider read differently could
 * name one model to the one and another to the other.
 */
public final class MultipartReader {
    private static final int PARTS_MAX = 1_000;
    private static final int HEAD_BYTES_MAX = 8 * 1024;
    private static final int VALUE_BYTES_MAX = 64 * 1024;
    private static final byte[] HEAD_END = "\r\n\r\n".getBytes(ISO_8859_1);

    private final byte[] bytes;
    private final int start;
    private final int end;
    /** {@code --} and the boundary. */
    private final String opening;

    private final Set<String> seen = new HashSet<>();
    private int firstPart = -1;
    private @Nullable String model;
    private int modelStart = -1;
    private int modelEnd = -1;
    private boolean stream;
    private int choices = 1;
    private @Nullable String endUser;
    private long textBytes;
    private int files;
    private long fileBytes;
    private final List<String> references = new ArrayList<>(0);

    private MultipartReader(byte[] bytes, int start, int end, String opening) {
        this.bytes = bytes;
        this.start = start;
        this.end = end;
        this.opening = opening;
    }

    /**
     * Reads the body that lies from {@code start} to before {@code end}.
     *
     * @param deployment stands for the model where the body names none, or null
     */
    public static RequestBody read(
            Operation operation, String contentType, byte[] bytes, int start, int end, @Nullable String deployment) {
        Parameters type = Parameters.parse(contentType);
        String boundary = type == null ? null : type.plain("boundary");
        if (boundary == null || boundary.isEmpty()) {
            throw invalid("content-type: no boundary (expected: multipart/form-data; boundary=…)");
        }
        MultipartReader reader = new MultipartReader(bytes, start, end, "--" + boundary);
        reader.readParts();
        return reader.body(operation, deployment);
    }

    private void readParts() {
        byte[] delimiter = ("\r\n" + opening).getBytes(ISO_8859_1);
        // The first delimiter may stand at the very beginning, without the end of a line before it.
        byte[] first = opening.getBytes(ISO_8859_1);
        firstPart = startsAt(first, start) ? start : find(delimiter, start) + 2;
        int at = firstPart + first.length;
        for (int parts = 0; !isClosing(at); parts++) {
            if (parts == PARTS_MAX) {
                throw invalid("The multipart body has more than " + PARTS_MAX + " parts.");
            }
            int next = find(delimiter, at);
            readPart(at, next);
            at = next + delimiter.length;
        }
    }

    private boolean isClosing(int delimiterEnd) {
        if (end - delimiterEnd < 2) {
            throw brokenOff();
        }
        return bytes[delimiterEnd] == '-' && bytes[delimiterEnd + 1] == '-';
    }

    private int find(byte[] delimiter, int from) {
        int found = indexOf(delimiter, from, end);
        if (found < 0) {
            throw brokenOff();
        }
        return found;
    }

    /** Reads a part, from the end of its delimiter to the beginning of the next. */
    private void readPart(int from, int to) {
        int headEnd = indexOf(HEAD_END, from, Math.min(to, from + HEAD_BYTES_MAX));
        boolean hasHead = headEnd > from && bytes[from] == '\r' && bytes[from + 1] == '\n';
        FormPart part = hasHead ? FormPart.of(new String(bytes, from + 2, headEnd - from - 2, UTF_8)) : null;
        if (part == null) {
            throw invalid("The multipart body has a part whose head is not understood"
                    + " (expected: Content-Disposition: form-data; name=\"…\").");
        }
        if (part.isFile()) {
            files++;
            fileBytes += to - headEnd - HEAD_END.length;
        } else {
            readField(part.name(), headEnd + HEAD_END.length, to);
        }
    }

    private void readField(String name, int valueStart, int valueEnd) {
        switch (name) {
            case "model" -> {
                model = valueOnce(name, valueStart, valueEnd);
                modelStart = valueStart;
                modelEnd = valueEnd;
            }
            case "stream" -> stream = flag(valueOnce(name, valueStart, valueEnd));
            case "n" -> choices = choices(valueOnce(name, valueStart, valueEnd));
            case "user" -> endUser = valueOnce(name, valueStart, valueEnd);
            case "prompt" -> textBytes += valueEnd - valueStart;
            default -> {
                if (Member.isReference(name.endsWith("[]") ? name.substring(0, name.length() - 2) : name)) {
                    references.add(value(name, valueStart, valueEnd));
                }
            }
        }
    }

    private String valueOnce(String name, int valueStart, int valueEnd) {
        if (!seen.add(name)) {
            throw invalid(name + ": given twice (expected: once)");
        }
        return value(name, valueStart, valueEnd);
    }

    private String value(String name, int valueStart, int valueEnd) {
        int length = valueEnd - valueStart;
        if (length > VALUE_BYTES_MAX) {
            throw invalid(name + ": " + length + " bytes (expected: at most " + VALUE_BYTES_MAX + ")");
        }
        return new String(bytes, valueStart, length, UTF_8);
    }

    private static boolean flag(String value) {
        if (value.equalsIgnoreCase("true") || value.equalsIgnoreCase("false")) {
            return value.equalsIgnoreCase("true");
        }
        throw invalid("stream: " + value + " (expected: true or false)");
    }

    private static int choices(String value) {
        try {
            int choices = Integer.parseInt(value);
            if (choices >= 1) {
                return choices;
            }
        } catch (NumberFormatException e) {
            // told below, like every other value that is no count
        }
        throw invalid("n: " + value + " (expected: a whole number >= 1)");
    }

    private RequestBody body(Operation operation, @Nullable String deployment) {
        String asked = model != null ? model : deployment;
        if (operation.runsModel() && (asked == null || asked.isEmpty())) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE,
                    "model: missing (expected: the name of a model, as listed by GET /v1/models)",
                    "model");
        }
        RequestFacts facts = new RequestFacts(
                asked,
                stream,
                false,
                -1,
                choices,
                false,
                false,
                null,
                null,
                endUser,
                textBytes,
                0,
                references,
                /* repeatable= */ false,
                CacheWish.ANY,
                work(operation));
        return new RequestBody(bytes, start, end, facts, places());
    }

    /** Files are images to an operation on images, else sounds. */
    private Work work(Operation operation) {
        boolean images = operation == Operation.IMAGE;
        return new Work(
                end - start,
                fileBytes,
                images ? files : 0,
                images ? 0 : fileBytes,
                !references.isEmpty(),
                1,
                choices,
                0,
                false,
                Set.of(),
                -1,
                Work.Caps.NONE);
    }

    private RequestBody.Places places() {
        if (model != null) {
            return RequestBody.Places.ofField(modelStart, modelEnd);
        }
        String head = opening + "\r\nContent-Disposition: form-data; name=\"model\"\r\n\r\n";
        return RequestBody.Places.ofNewField(firstPart, head, "\r\n");
    }

    private int indexOf(byte[] wanted, int from, int to) {
        int last = to - wanted.length;
        for (int i = from; i <= last; i++) {
            if (bytes[i] == wanted[0] && startsAt(wanted, i)) {
                return i;
            }
        }
        return -1;
    }

    private boolean startsAt(byte[] wanted, int at) {
        return end - at >= wanted.length && Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length);
    }

    private static Problem brokenOff() {
        return invalid("The multipart body breaks off before its closing boundary.");
    }

    private static Problem invalid(String message) {
        return new Problem(ProblemCode.INVALID_VALUE, message);
    }
}

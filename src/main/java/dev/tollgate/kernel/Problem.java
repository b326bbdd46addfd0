package dev.tollgate.kernel;

import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A refusal or failure that the caller is told about. It fails the request's future and is turned into an OpenAI-shaped
 * answer in one place. It carries no stack trace: it is an answer, not a defect.
 */
public final class Problem extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ProblemCode code;
    private final @Nullable String param;
    private final transient Map<String, String> headers;
    private final transient Map<String, Object> details;

    public Problem(ProblemCode code, String message) {
        this(code, message, null);
    }

    /** A problem with one member of the request, named by {@code param} as OpenAI does: {@code messages}. */
    public Problem(ProblemCode code, String message, @Nullable String param) {
        this(code, message, param, Map.of(), Map.of());
    }

    /**
     * A problem of which there is more to say.
     *
     * @param headers of the answer, such as {@code Retry-After}
     * @param details for programs: members that are added to the error, values as JSON has them
     */
    public Problem(
            ProblemCode code,
            String message,
            @Nullable String param,
            Map<String, String> headers,
            Map<String, Object> details) {
        super(message, /* cause= */ null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.code = code;
        this.param = param;
        this.headers = Map.copyOf(headers);
        this.details = details;
    }

    public ProblemCode code() {
        return code;
    }

    public String message() {
        return Objects.requireNonNull(getMessage());
    }

    public Map<String, String> headers() {
        return headers;
    }

    public Map<String, Object> details() {
        return details;
    }

    public @Nullable String param() {
        return param;
    }
}

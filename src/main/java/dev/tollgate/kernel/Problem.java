package dev.tollgate.kernel;

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

    public Problem(ProblemCode code, String message) {
        this(code, message, null);
    }

    /** A problem with one member of the request, named by {@code param} as OpenAI does: {@code messages}. */
    public Problem(ProblemCode code, String message, @Nullable String param) {
        super(message, /* cause= */ null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
        this.code = code;
        this.param = param;
    }

    public ProblemCode code() {
        return code;
    }

    public String message() {
        return Objects.requireNonNull(getMessage());
    }

    public @Nullable String param() {
        return param;
    }
}

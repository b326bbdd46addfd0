package dev.tollgate.kernel;

import java.util.Locale;

/**
 * Every way in which Tollgate says no: the OpenAI error code, the HTTP status, the OpenAI error type and the metric
 * label, joined in one place.
 */
public enum ProblemCode {
    INVALID_JSON(400, Type.INVALID_REQUEST),
    INVALID_VALUE(400, Type.INVALID_REQUEST),
    MISSING_VALUE(400, Type.INVALID_REQUEST),
    INVALID_PATH(400, Type.INVALID_REQUEST),
    MODEL_NOT_PRICED(400, Type.INVALID_REQUEST),
    COST_NOT_BOUNDED(400, Type.INVALID_REQUEST),
    COST_TOO_HIGH(400, Type.INVALID_REQUEST),
    INVALID_API_KEY(401, Type.AUTHENTICATION),
    INVALID_ADMIN_TOKEN(401, Type.AUTHENTICATION),
    PATH_NOT_ALLOWED(403, Type.PERMISSION),
    PATH_NOT_METERED(403, Type.PERMISSION),
    PERMISSION_DENIED(403, Type.PERMISSION),
    MODEL_NOT_ALLOWED(403, Type.PERMISSION),
    FEATURE_NOT_ALLOWED(403, Type.PERMISSION),
    CALLER_KEY_NOT_ALLOWED(403, Type.PERMISSION),
    SPEND_STOPPED(403, Type.PERMISSION),
    UNKNOWN_PATH(404, Type.INVALID_REQUEST),
    MODEL_NOT_FOUND(404, Type.INVALID_REQUEST),
    OBJECT_NOT_FOUND(404, Type.INVALID_REQUEST),
    METHOD_NOT_ALLOWED(405, Type.INVALID_REQUEST),
    NOT_ACCEPTABLE(406, Type.INVALID_REQUEST),
    REQUEST_TIMEOUT(408, Type.INVALID_REQUEST),
    CONFLICT(409, Type.INVALID_REQUEST),
    IN_PROGRESS(409, Type.INVALID_REQUEST),
    SECRET_SHOWN_ONCE(409, Type.INVALID_REQUEST),
    DECLARED_IN_FILE(409, Type.INVALID_REQUEST),
    LENGTH_REQUIRED(411, Type.INVALID_REQUEST),
    PRECONDITION_FAILED(412, Type.INVALID_REQUEST),
    REQUEST_TOO_LARGE(413, Type.INVALID_REQUEST),
    UNSUPPORTED_ENCODING(415, Type.INVALID_REQUEST),
    IDEMPOTENCY_KEY_REUSED(422, Type.INVALID_REQUEST),
    RATE_LIMIT_EXCEEDED(429, Type.RATE_LIMIT),
    CONCURRENCY_EXCEEDED(429, Type.RATE_LIMIT),
    LARGER_THAN_LIMIT(429, Type.RATE_LIMIT),
    BUDGET_EXCEEDED(429, Type.BUDGET),
    BUDGET_BUSY(429, Type.RATE_LIMIT),
    INTERNAL_ERROR(500, Type.SERVER),
    NOT_OFFERED(501, Type.INVALID_REQUEST),
    UPSTREAM_UNREACHABLE(502, Type.UPSTREAM),
    UPSTREAM_INVALID_ANSWER(502, Type.UPSTREAM),
    UPSTREAM_CUT_OFF(502, Type.UPSTREAM),
    ROUTE_UNAVAILABLE(503, Type.SERVER),
    PROVIDER_BUSY(503, Type.SERVER),
    NOT_READY(503, Type.SERVER),
    LEDGER_FULL(503, Type.SERVER),
    JOURNAL_FULL(503, Type.SERVER),
    BUDGET_UNAVAILABLE(503, Type.SERVER),
    STOPS_UNHEARD(503, Type.SERVER),
    DATABASE_UNAVAILABLE(503, Type.SERVER),
    VAULT_LOCKED(503, Type.SERVER),
    ACCOUNT_OUT_OF_USE(503, Type.SERVER),
    FELL_BEHIND(503, Type.SERVER),
    DEADLINE_EXCEEDED(504, Type.SERVER),
    NOT_CACHED(504, Type.INVALID_REQUEST),
    UPSTREAM_TIMEOUT(504, Type.UPSTREAM),
    LOOP_DETECTED(508, Type.INVALID_REQUEST);

    private final int status;
    private final Type type;

    ProblemCode(int status, Type type) {
        this.status = status;
        this.type = type;
    }

    /** The HTTP status that answers it. */
    public int status() {
        return status;
    }

    /** The {@code code} of the error body and the label in metrics and in the ledger: {@code invalid_api_key}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The {@code type} of the error body, by which client libraries sort errors. */
    public String type() {
        return type.label;
    }

    /** Whether the provider, not the caller or Tollgate, is at fault. */
    public boolean isUpstreams() {
        return type == Type.UPSTREAM;
    }

    private enum Type {
        INVALID_REQUEST("invalid_request_error"),
        AUTHENTICATION("authentication_error"),
        PERMISSION("permission_error"),
        RATE_LIMIT("rate_limit_error"),
        BUDGET("budget_exceeded"),
        SERVER("server_error"),
        UPSTREAM("upstream_error");

        private final String label;

        Type(String label) {
            this.label = label;
        }
    }
}

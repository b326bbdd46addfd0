package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import org.jspecify.annotations.Nullable;

/** A refusal in OpenAI's shape. Thrown by endpoints, answered once, in {@link SimulatedServer}. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private static final String INVALID_REQUEST = "invalid_request_error";

    private final int status;
    private final String type;
    private final @Nullable String param;
    private final @Nullable String code;

    ApiError(int status, String type, String message, @Nullable String param, @Nullable String code) {
        super(message, null, false, false);
        this.status = status;
        this.type = type;
        this.param = param;
        this.code = code;
    }

    static ApiError badRequest(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(400, INVALID_REQUEST, message, param, code);
    }

    static ApiError notFound(String message, @Nullable String param, @Nullable String code) {
        return new ApiError(404, INVALID_REQUEST, message, param, code);
    }

    /** What OpenAI's API says for an HTTP status that it chose itself. */
    static ApiError ofStatus(int status) {
        return switch (status) {
            case 401 ->
                new ApiError(401, INVALID_REQUEST, "Incorrect API key provided (simulated).", null, "invalid_api_key");
            case 403 ->
                new ApiError(403, INVALID_REQUEST, "Your region is not supported (simulated).", null, "unsupported");
            case 404 -> notFound("The model does not exist (simulated).", null, "model_not_found");
            case 429 -> new ApiError(429, "requests", "Rate limit reached (simulated).", null, "rate_limit_exceeded");
            default ->
                status < 500
                        ? new ApiError(status, INVALID_REQUEST, "Refused (simulated).", null, null)
                        : new ApiError(status, "server_error", "The server failed (simulated).", null, null);
        };
    }

    int status() {
        return status;
    }

    ObjectNode json() {
        ObjectNode json = Json.object();
        json.putObject("error")
                .put("message", getMessage())
                .put("type", type)
                .put("param", param)
                .put("code", code);
        return json;
    }
}

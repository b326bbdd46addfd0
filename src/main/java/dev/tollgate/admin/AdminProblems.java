package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Turns problems of administration into answers of the same shape as the API's. */
@Provider
public final class AdminProblems implements ExceptionMapper<Problem> {
    @Override
    public Response toResponse(Problem problem) {
        return answer(problem);
    }

    static Response answer(Problem problem) {
        Response.ResponseBuilder response = Response.status(problem.code().status())
                .type(MediaType.APPLICATION_JSON)
                .entity(body(problem));
        if (problem.code() == ProblemCode.INVALID_ADMIN_TOKEN) {
            response.header(HttpHeaders.WWW_AUTHENTICATE, "Bearer");
        }
        return response.build();
    }

    /** The one shape of all errors. */
    public static String body(Problem problem) {
        JsonObject error = new JsonObject()
                .put("message", problem.message())
                .put("type", problem.code().type())
                .put("param", problem.param())
                .put("code", problem.code().label());
        return new JsonObject().put("error", error).encode();
    }
}

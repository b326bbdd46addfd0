package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;

/** Turns problems of administration into answers of the same shape as the API's. */
@Provider
public final class AdminProblems implements ExceptionMapper<Problem> {
    @Override
    public Response toResponse(Problem problem) {
        JsonObject error = new JsonObject()
                .put("message", problem.message())
                .put("type", problem.code().type())
                .put("param", problem.param())
                .put("code", problem.code().label());
        return Response.status(problem.code().status())
                .type(MediaType.APPLICATION_JSON)
                .entity(new JsonObject().put("error", error).encode())
                .build();
    }
}

package dev.tollgate.admin;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import org.jboss.logging.Logger;

/** Turns every other failure of administration into a problem: what the framework refuses, and defects. */
@Provider
public final class AdminFailures implements ExceptionMapper<Throwable> {
    private static final Logger LOG = Logger.getLogger(AdminFailures.class);

    @Override
    public Response toResponse(Throwable failure) {
        if (failure instanceof WebApplicationException refused
                && refused.getResponse().getStatus() < 500) {
            Response answer = AdminProblems.answer(problem(refused.getResponse().getStatus()));
            Object allow = refused.getResponse().getHeaders().getFirst(HttpHeaders.ALLOW);
            return allow == null
                    ? answer
                    : Response.fromResponse(answer)
                            .header(HttpHeaders.ALLOW, allow)
                            .build();
        }
        LOG.error("Administration failed", failure);
        return AdminProblems.answer(new Problem(ProblemCode.INTERNAL_ERROR, "Tollgate failed; its log has the cause."));
    }

    private static Problem problem(int status) {
        return switch (status) {
            case 404 -> new Problem(ProblemCode.UNKNOWN_PATH, "There is no such path of administration.");
            case 405 -> new Problem(ProblemCode.METHOD_NOT_ALLOWED, "This path has no such method.");
            case 406 ->
                new Problem(
                        ProblemCode.NOT_ACCEPTABLE, "There is no answer of such a type (expected: application/json).");
            case 413 -> new Problem(ProblemCode.REQUEST_TOO_LARGE, "The body is too large.");
            case 415 ->
                new Problem(
                        ProblemCode.UNSUPPORTED_ENCODING, "The body is of another type (expected: application/json).");
            default -> new Problem(ProblemCode.INVALID_VALUE, "The request is not valid.");
        };
    }
}

package dev.tollgate.admin;

import dev.tollgate.kernel.ProblemCode;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.Provider;

/** Lets nobody administer without the token, given as {@code Authorization: Bearer}. */
@Provider
public final class AdminTokenFilter implements ContainerRequestFilter {
    private static final String BEARER = "Bearer ";

    private final AdminToken token;

    public AdminTokenFilter(AdminToken token) {
        this.token = token;
    }

    @Override
    public void filter(ContainerRequestContext request) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        if (authorization == null
                || !authorization.startsWith(BEARER)
                || !token.matches(authorization.substring(BEARER.length()))) {
            JsonObject error = new JsonObject()
                    .put("message", "The admin token is missing or wrong (expected: Authorization: Bearer …).")
                    .put("type", ProblemCode.INVALID_API_KEY.type())
                    .putNull("param")
                    .put("code", "invalid_admin_token");
            request.abortWith(Response.status(401)
                    .type(MediaType.APPLICATION_JSON)
                    .entity(new JsonObject().put("error", error).encode())
                    .build());
        }
    }
}

package dev.tollgate.admin;

import dev.tollgate.access.AdminToken;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Database;
import dev.tollgate.access.pg.PgAdminTokens;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ResourceInfo;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.Optional;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jspecify.annotations.Nullable;

/** Lets only those administer whose token, given as {@code Authorization: Bearer}, permits what they ask for. */
public final class Authorization {
    private static final String BEARER = "Bearer ";

    private final RootToken root;
    private final PgAdminTokens tokens;
    private final InstantSource clock;
    private final AdminRequest admin;

    public Authorization(RootToken root, PgAdminTokens tokens, InstantSource clock, AdminRequest admin) {
        this.root = root;
        this.tokens = tokens;
        this.clock = clock;
        this.admin = admin;
    }

    @ServerRequestFilter
    public Uni<@Nullable Response> authorize(
            ContainerRequestContext request, ResourceInfo resource, HttpServerRequest http) {
        String authorization = request.getHeaderString(HttpHeaders.AUTHORIZATION);
        String token = authorization != null && authorization.startsWith(BEARER)
                ? authorization.substring(BEARER.length())
                : "";
        Requires requires = resource.getResourceMethod().getAnnotation(Requires.class);
        return AdminRequest.uni(
                () -> identify(token, http.remoteAddress().host()).map(principal -> {
                    mustBePermitted(principal, requires);
                    admin.begin(principal, request);
                    return null;
                }));
    }

    private Future<Principal> identify(String text, String remoteAddress) {
        Principal known = root.identify(text, remoteAddress);
        if (known != null) {
            return Future.succeededFuture(known);
        }
        AdminToken token = AdminToken.parse(text);
        Future<Optional<Principal>> found = token == null
                ? Future.succeededFuture(Optional.empty())
                : Database.answer(tokens.identify(token, clock.instant(), remoteAddress));
        return found.map(principal -> principal.orElseThrow(() -> new Problem(
                ProblemCode.INVALID_ADMIN_TOKEN,
                "The admin token is missing, wrong, revoked or expired (expected: Authorization: Bearer …).")));
    }

    private static void mustBePermitted(Principal principal, @Nullable Requires requires) {
        if (requires == null || !principal.role().may(requires.value())) {
            String needed = requires == null ? "nobody" : requires.value().label();
            throw new Problem(
                    ProblemCode.PERMISSION_DENIED,
                    "The role " + principal.role().label() + " may not do this (needed: " + needed + ").");
        }
    }
}

package dev.tollgate.admin.routes;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.routing.RoutingKind;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Routes: names that callers use as models, and the candidates behind them. */
@Path("/admin/v1/routes")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class RoutesResource {
    private final RoutingChanges changes;
    private final RouteQuestions questions;

    public RoutesResource(RoutingChanges changes, RouteQuestions questions) {
        this.changes = changes;
        this.questions = questions;
    }

    @GET
    @Requires(Permission.ROUTES_READ)
    @Operation(summary = "List routes by name")
    public Uni<Page<RoutingView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit, @QueryParam("cursor") @Nullable String cursor) {
        return changes.list(RoutingKind.ROUTE, Page.wanted(limit, cursor));
    }

    @GET
    @Path("{name}")
    @Requires(Permission.ROUTES_READ)
    @Operation(summary = "Read a route")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> get(@PathParam("name") String name) {
        return changes.get(RoutingKind.ROUTE, name);
    }

    @PUT
    @Path("{name}")
    @Requires(Permission.ROUTES_WRITE)
    @Operation(
            summary = "Add a route, or put another one in its place",
            description = "All routes are checked together: what they name must be there, no route may lead back to"
                    + " itself, and every candidate must be in reach of some request. `If-Match: \"0\"` adds only.")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> put(@PathParam("name") String name, Map<String, @Nullable Object> definition) {
        return changes.put(RoutingKind.ROUTE, name, AdminJson.object(definition));
    }

    @DELETE
    @Path("{name}")
    @Requires(Permission.ROUTES_WRITE)
    @Operation(summary = "Remove a route that nothing leads to", description = "Its versions stay.")
    @APIResponse(responseCode = "204", description = "It is no more.")
    public Uni<Response> remove(@PathParam("name") String name) {
        return changes.remove(RoutingKind.ROUTE, name);
    }

    @GET
    @Path("{name}/versions")
    @Requires(Permission.ROUTES_READ)
    @Operation(summary = "List every version of a route, newest first")
    public Uni<Page<RoutingView>> versions(
            @PathParam("name") String name,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return changes.versions(RoutingKind.ROUTE, name, Page.wanted(limit, cursor));
    }

    @POST
    @Path("{name}/restore")
    @Requires(Permission.ROUTES_WRITE)
    @Operation(
            summary = "Have an earlier version of a route hold again",
            description = "It becomes a new version, and is checked with all routes as they are now.")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> restore(@PathParam("name") String name, Restoration body) {
        return changes.restore(RoutingKind.ROUTE, name, Given.required("version", body.version()));
    }

    /** What would become of a request, and why. */
    @POST
    @Path("explain")
    @Requires(Permission.ROUTES_READ)
    @Operation(
            summary = "Explain where a request would go",
            description =
                    "Which candidates are considered and why each is taken or not, by the routes, accounts, prices"
                            + " and loads of this moment. Where candidates are drawn by chance, as it would be for one request."
                            + " Nothing is sent.")
    public Uni<ExplanationView> explain(RouteQuestion question) {
        return questions.answer(question);
    }
}

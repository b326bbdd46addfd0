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

/** How tiers are routed: the models that they may use, what stands in for others, what is done when money runs out. */
@Path("/admin/v1/tiers/{tier}/routing")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TierRoutingResource {
    private final RoutingChanges changes;

    public TierRoutingResource(RoutingChanges changes) {
        this.changes = changes;
    }

    @GET
    @Requires(Permission.ROUTES_READ)
    @Operation(summary = "Read how a tier is routed")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> get(@PathParam("tier") String tier) {
        return changes.get(RoutingKind.TIER, tier);
    }

    @PUT
    @Requires(Permission.ROUTES_WRITE)
    @Operation(
            summary = "Say how a tier is routed",
            description = "It is checked with all routes. `If-Match: \"0\"` adds only.")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> put(@PathParam("tier") String tier, Map<String, @Nullable Object> definition) {
        return changes.put(RoutingKind.TIER, tier, AdminJson.object(definition));
    }

    @DELETE
    @Requires(Permission.ROUTES_WRITE)
    @Operation(summary = "Have a tier routed like any other", description = "Its versions stay.")
    @APIResponse(responseCode = "204", description = "Nothing is said of it any more.")
    public Uni<Response> remove(@PathParam("tier") String tier) {
        return changes.remove(RoutingKind.TIER, tier);
    }

    @GET
    @Path("versions")
    @Requires(Permission.ROUTES_READ)
    @Operation(summary = "List every version of how a tier was routed, newest first")
    public Uni<Page<RoutingView>> versions(
            @PathParam("tier") String tier,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        return changes.versions(RoutingKind.TIER, tier, Page.wanted(limit, cursor));
    }

    @POST
    @Path("restore")
    @Requires(Permission.ROUTES_WRITE)
    @Operation(
            summary = "Have an earlier version of how a tier is routed hold again",
            description = "It becomes a new version, and is checked with all routes as they are now.")
    @APIResponseSchema(RoutingView.class)
    public Uni<Response> restore(@PathParam("tier") String tier, Restoration body) {
        return changes.restore(RoutingKind.TIER, tier, Given.required("version", body.version()));
    }
}

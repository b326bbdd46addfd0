package dev.tollgate.admin.alerts;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.alerts.DeliveryFilter;
import dev.tollgate.alerts.DeliveryRecord;
import dev.tollgate.alerts.pg.PgAlerts;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** What became of alerts: the log of their deliveries, and the dead ones sent again. */
@Path("/admin/v1/alert-deliveries")
@Produces(MediaType.APPLICATION_JSON)
public final class AlertDeliveriesResource {
    private static final String TYPE = "alert_delivery";
    private static final List<String> STATES = List.of("waiting", "delivered", "dead", "cancelled");
    private static final List<String> ENDED = List.of("delivered", "dead");

    private final AdminRequest admin;
    private final PgAlerts alerts;

    public AlertDeliveriesResource(AdminRequest admin, PgAlerts alerts) {
        this.admin = admin;
        this.alerts = alerts;
    }

    @GET
    @Requires(Permission.ALERTS_READ)
    @Operation(summary = "List deliveries of alerts, newest first, each with its latest attempt")
    public Uni<Page<DeliveryView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "Over this channel alone.") @QueryParam("channel_id") @Nullable String channelId,
            @Parameter(description = "Of this alert alone.") @QueryParam("alert_id") @Nullable String alertId,
            @Parameter(description = "`waiting`, `delivered`, `dead` or `cancelled`; `dead` ones were given up.")
                    @QueryParam("state")
                    @Nullable
                    String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        if (state != null && !STATES.contains(state)) {
            throw new Problem(ProblemCode.INVALID_VALUE, "state: expected: " + String.join(", ", STATES), "state");
        }
        DeliveryFilter filter = new DeliveryFilter(admin.principal().scope(organizationId), channelId, alertId, state);
        long before = Positions.before(wanted);
        return AdminRequest.uni(() -> alerts.newest(filter, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, DeliveryView::of, delivery -> Long.toString(delivery.seq())));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.ALERTS_READ)
    @Operation(summary = "Read a delivery of an alert with its attempts")
    @APIResponseSchema(DeliveryView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> alerts.find(id).map(found -> Answer.ok(view(reached(principal, found)))));
    }

    @POST
    @Path("{id}/resend")
    @Requires(Permission.ALERTS_WRITE)
    @Operation(
            summary = "Send an alert again",
            description = "Over the same channel as it is now, with the same id, and with all attempts before it. Only"
                    + " what was delivered or given up is sent again.")
    @APIResponseSchema(DeliveryView.class)
    public Uni<Response> resend(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.change(change -> alerts.lock(change, id).compose(found -> {
            DeliveryRecord before = reached(principal, found);
            if (!ENDED.contains(before.state())) {
                throw new Problem(
                        ProblemCode.CONFLICT,
                        "The delivery is " + before.state() + " (expected: " + String.join(" or ", ENDED) + ").");
            }
            return alerts.sendAgain(change, before).map(after -> {
                change.record(TYPE + ".resend", TYPE, id, before.organizationId(), brief(before), brief(after));
                return Answer.ok(view(after));
            });
        }));
    }

    private static JsonObject view(DeliveryRecord delivery) {
        return AdminJson.object(DeliveryView.of(delivery));
    }

    /** What the audit log keeps of it. */
    private static JsonObject brief(DeliveryRecord delivery) {
        return new JsonObject()
                .put("alert_id", delivery.alertId())
                .put("channel_id", delivery.channelId())
                .put("state", delivery.state())
                .put("attempts", delivery.attempts());
    }

    /** What is out of reach is as if it weren't there. */
    private static DeliveryRecord reached(Principal principal, Optional<DeliveryRecord> found) {
        return found.filter(delivery -> principal.reaches(delivery.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such delivery."));
    }
}

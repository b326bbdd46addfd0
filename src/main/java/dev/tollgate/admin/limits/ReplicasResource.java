package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.pg.PgReplicas;
import dev.tollgate.limits.rules.ReplicaRecord;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Replicas, what they have of budgets, and the way out where one of them is lost for good. */
@Path("/admin/v1/replicas")
@Produces(MediaType.APPLICATION_JSON)
public final class ReplicasResource {
    private static final String TYPE = "replica";
    private static final String LIVE = "live";

    private final AdminRequest admin;
    private final PgReplicas replicas;

    public ReplicasResource(AdminRequest admin, PgReplicas replicas) {
        this.admin = admin;
        this.replicas = replicas;
    }

    /** Runs, newest first. */
    @GET
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(summary = "List runs of replicas, newest first, with what they have of budgets")
    public Uni<Page<ReplicaView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = "`open` ones by default: those that live or have something of a budget; or `all`.")
                    @QueryParam("state")
                    @Nullable
                    String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        Long before = Numbers.cursor(wanted);
        WindowState asked = Choice.of("state", state, WindowState.class, WindowState.OPEN);
        if (asked == WindowState.CLOSED) {
            throw new Problem(ProblemCode.INVALID_VALUE, "state: closed (expected: open or all)", "state");
        }
        return AdminRequest.uni(() -> replicas.list(asked == WindowState.ALL, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, ReplicaView::of, replica -> Long.toString(replica.epoch())));
    }

    /** Gives budgets back what a lost replica had of them. */
    @POST
    @Path("{epoch}/release")
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Give back what a lost replica had of budgets",
            description =
                    "Only where its disk is lost and it never runs again: what it spent and did not book yet is then"
                            + " spent twice. A replica that comes back over its journal gives it back by itself.")
    @APIResponseSchema(ReplicaView.class)
    public Uni<Response> release(@PathParam("epoch") String epoch) {
        long number = Numbers.id(epoch, TYPE);
        return admin.change(change -> replicas.lock(change, number).compose(found -> {
            ReplicaRecord before =
                    found.orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such replica."));
            if (before.state().equals(LIVE)) {
                throw new Problem(
                        ProblemCode.CONFLICT,
                        "The replica lives: it was seen at " + before.seenAt() + " (expected: a lost one).");
            }
            return replicas.successor(change, before).compose(successor -> {
                if (successor.isPresent()) {
                    throw new Problem(
                            ProblemCode.CONFLICT,
                            "Its journal is in the hands of replica " + successor.get()
                                    + ", which gives back what is left.");
                }
                if (before.unspent().isEmpty()) {
                    change.nothingChanged();
                    return Future.succeededFuture(Answer.ok(view(before)));
                }
                return replicas.release(change, number).map(after -> {
                    change.record(TYPE + ".release", TYPE, epoch, null, view(before), view(after));
                    return Answer.ok(view(after));
                });
            });
        }));
    }

    private static JsonObject view(ReplicaRecord replica) {
        return AdminJson.object(ReplicaView.of(replica));
    }
}

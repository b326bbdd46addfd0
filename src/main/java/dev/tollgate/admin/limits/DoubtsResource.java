package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.pg.PgDoubts;
import dev.tollgate.limits.rules.Doubt;
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

/** What is in doubt: it counts in its budget until the truth comes, or somebody decides. */
@Path("/admin/v1/doubts")
@Produces(MediaType.APPLICATION_JSON)
public final class DoubtsResource {
    private static final String TYPE = "doubt";

    private final AdminRequest admin;
    private final PgDoubts doubts;

    public DoubtsResource(AdminRequest admin, PgDoubts doubts) {
        this.admin = admin;
        this.doubts = doubts;
    }

    /** Doubts, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List what is in doubt, newest first")
    public Uni<Page<DoubtView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "Of this budget alone.") @QueryParam("budget_id") @Nullable String budgetId,
            @Parameter(description = "`held` ones by default, `released` or `charged` ones, or `all`.")
                    @QueryParam("state")
                    @Nullable
                    String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        Long before = Numbers.cursor(wanted);
        String of = RuleFilters.plain("organization_id", admin.principal().scope(organizationId));
        String budget = RuleFilters.plain("budget_id", budgetId);
        Doubt.State asked = "all".equals(state) ? null : Choice.of("state", state, Doubt.State.class, Doubt.State.HELD);
        return AdminRequest.uni(() -> doubts.list(of, budget, asked, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, DoubtView::of, doubt -> Long.toString(doubt.id())));
    }

    @POST
    @Path("{id}/release")
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Release what is in doubt",
            description = "The call cost no more than what was booked: the budget has it back.")
    @APIResponseSchema(DoubtView.class)
    public Uni<Response> release(@PathParam("id") String id) {
        return decide(id, Doubt.State.RELEASED, "release");
    }

    @POST
    @Path("{id}/charge")
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Charge what is in doubt",
            description =
                    "It counts as spent of the budget for good. The ledger, which has what is known, stays as it is.")
    @APIResponseSchema(DoubtView.class)
    public Uni<Response> charge(@PathParam("id") String id) {
        return decide(id, Doubt.State.CHARGED, "charge");
    }

    private Uni<Response> decide(String id, Doubt.State decision, String verb) {
        long number = Numbers.id(id, TYPE);
        return admin.change(change -> doubts.lock(change, number).compose(found -> {
            Doubt before =
                    found.orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such doubt."));
            if (before.state() == decision) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.ok(view(before)));
            }
            if (before.state() != Doubt.State.HELD) {
                throw new Problem(
                        ProblemCode.CONFLICT,
                        "It was " + before.state().label() + " at " + before.decidedAt() + ", and stays so.");
            }
            return doubts.decide(change, before, decision).map(after -> {
                change.record(TYPE + "." + verb, TYPE, id, before.organizationId(), view(before), view(after));
                return Answer.ok(view(after));
            });
        }));
    }

    private static JsonObject view(Doubt doubt) {
        return AdminJson.object(DoubtView.of(doubt));
    }
}

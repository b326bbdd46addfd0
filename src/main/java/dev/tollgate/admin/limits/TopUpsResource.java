package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.pg.PgTopUps;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.TopUp;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Top-ups of a credit. They are never taken back; the list is the trail of what was paid in. */
@Path("/admin/v1/budgets/{id}/top-ups")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TopUpsResource {
    private static final String TYPE = "credit_top_up";

    private final AdminRequest admin;
    private final PgBudgets budgets;
    private final PgTopUps topUps;
    private final RandomGenerator random;
    private final InstantSource clock;

    public TopUpsResource(
            AdminRequest admin, PgBudgets budgets, PgTopUps topUps, RandomGenerator random, InstantSource clock) {
        this.admin = admin;
        this.budgets = budgets;
        this.topUps = topUps;
        this.random = random;
        this.clock = clock;
    }

    /** Top-ups, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List the top-ups of a credit, newest first")
    public Uni<Page<TopUpView>> list(
            @PathParam("id") String id,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Principal principal = admin.principal();
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilters.plain("cursor", cursor);
        return AdminRequest.uni(() -> budgets.find(id)
                .map(found -> RuleChanges.reached(principal, BudgetsResource.TYPE, found))
                .compose(budget -> topUps.list(id, wanted.cursor(), wanted.rows())
                        .map(rows -> Page.of(
                                wanted,
                                rows,
                                topUp -> TopUpView.of(
                                        topUp, Unit.of(budget.rule().measure())),
                                TopUp::id))));
    }

    @POST
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(summary = "Top up a credit", description = "It may be spent at once.")
    @APIResponseSchema(value = TopUpView.class, responseCode = "201")
    public Uni<Response> create(@PathParam("id") String id, TopUpBody body) {
        Principal principal = admin.principal();
        String topUpId = "top_" + Credential.newPublicId(random);
        return admin.change(change -> budgets.lock(change, id).compose(found -> {
            BudgetRecord budget = RuleChanges.changeable(principal, BudgetsResource.TYPE, found, IfMatch.any());
            RuleChanges.mustNotHaveEnded(BudgetsResource.TYPE, budget.state());
            if (budget.rule().period().unit() != Period.Unit.CREDIT) {
                throw new Problem(ProblemCode.CONFLICT, "The budget is no credit (expected: an increase).");
            }
            return topUps.create(change, body.of(budget, topUpId, clock.instant()))
                    .map(created -> {
                        JsonObject view = AdminJson.object(
                                TopUpView.of(created, Unit.of(budget.rule().measure())));
                        change.record(
                                TYPE + ".create", TYPE, topUpId, budget.state().organizationId(), null, view);
                        return new Answer(201, view, null, null, /* secret= */ false);
                    });
        }));
    }
}

package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
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
import dev.tollgate.limits.pg.PgIncreases;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.Increase;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Increases of a budget: more of it, until they end. */
@Path("/admin/v1/budgets/{id}/increases")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class IncreasesResource {
    private static final String TYPE = "budget_increase";

    private final AdminRequest admin;
    private final PgBudgets budgets;
    private final PgIncreases increases;
    private final RandomGenerator random;
    private final InstantSource clock;

    public IncreasesResource(
            AdminRequest admin, PgBudgets budgets, PgIncreases increases, RandomGenerator random, InstantSource clock) {
        this.admin = admin;
        this.budgets = budgets;
        this.increases = increases;
        this.random = random;
        this.clock = clock;
    }

    /** Increases, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List the increases of a budget, newest first")
    public Uni<Page<IncreaseView>> list(
            @PathParam("id") String id,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Principal principal = admin.principal();
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilters.plain("cursor", cursor);
        return AdminRequest.uni(() -> budgets.find(id)
                .map(found -> RuleChanges.reached(principal, BudgetsResource.TYPE, found))
                .compose(budget -> increases
                        .list(id, wanted.cursor(), wanted.rows())
                        .map(rows -> Page.of(
                                wanted,
                                rows,
                                increase -> IncreaseView.of(
                                        increase, Unit.of(budget.rule().measure())),
                                Increase::id))));
    }

    @POST
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "Increase a budget for a time",
            description = "In force at once, or when it begins. When it ends, what is used above the amount refuses.")
    @APIResponseSchema(value = IncreaseView.class, responseCode = "201")
    public Uni<Response> create(@PathParam("id") String id, IncreaseBody body) {
        Principal principal = admin.principal();
        String increaseId = "inc_" + Credential.newPublicId(random);
        return admin.change(change -> budgets.lock(change, id).compose(found -> {
            BudgetRecord budget = changeable(principal, found);
            if (budget.rule().period().unit() == Period.Unit.CREDIT) {
                throw new Problem(ProblemCode.CONFLICT, "The budget is a credit (expected: a top-up).");
            }
            return increases
                    .create(change, body.of(budget, increaseId, clock.instant()), body.startsAt() == null)
                    .map(created -> {
                        JsonObject view = view(budget, created);
                        record(change, "create", budget, created, null, view);
                        return Answer.created("/admin/v1/budgets/" + id + "/increases/" + increaseId, view);
                    });
        }));
    }

    /** Ends an increase now. */
    @DELETE
    @Path("{increase}")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(summary = "End an increase now", description = "One that has not begun never was.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> end(@PathParam("id") String id, @PathParam("increase") String increaseId) {
        Principal principal = admin.principal();
        return admin.change(change -> budgets.lock(change, id).compose(found -> {
            BudgetRecord budget = changeable(principal, found);
            return increases.find(change, id, increaseId).compose(known -> {
                Increase increase = known.orElseThrow(
                        () -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such increase."));
                if (!increase.endsAt().isAfter(clock.instant())) {
                    change.nothingChanged();
                    return Future.succeededFuture(Answer.noContent());
                }
                return increases.end(change, increase).map(_ -> {
                    record(change, "end", budget, increase, view(budget, increase), null);
                    return Answer.noContent();
                });
            });
        }));
    }

    private static BudgetRecord changeable(Principal principal, Optional<BudgetRecord> found) {
        BudgetRecord budget = RuleChanges.changeable(principal, BudgetsResource.TYPE, found, IfMatch.any());
        RuleChanges.mustNotHaveEnded(BudgetsResource.TYPE, budget.state());
        return budget;
    }

    private static void record(
            Change change,
            String verb,
            BudgetRecord budget,
            Increase increase,
            @Nullable JsonObject before,
            @Nullable JsonObject after) {
        change.record(TYPE + "." + verb, TYPE, increase.id(), budget.state().organizationId(), before, after);
    }

    private static JsonObject view(BudgetRecord budget, Increase increase) {
        return AdminJson.object(IncreaseView.of(increase, Unit.of(budget.rule().measure())));
    }
}

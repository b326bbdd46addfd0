package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Credential;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.RuleFilter;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Budgets: amounts of money, tokens or requests that requests of a scope may use in each period. */
@Path("/admin/v1/budgets")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class BudgetsResource {
    static final String TYPE = "budget";

    private final AdminRequest admin;
    private final RuleChanges changes;
    private final PgBudgets budgets;
    private final RandomGenerator random;

    public BudgetsResource(AdminRequest admin, RuleChanges changes, PgBudgets budgets, RandomGenerator random) {
        this.admin = admin;
        this.changes = changes;
        this.budgets = budgets;
        this.random = random;
    }

    /** Budgets, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List budgets, newest first")
    public Uni<Page<BudgetView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.BY_OWNER) @QueryParam("owner") @Nullable String owner,
            @Parameter(description = Words.BY_OWNER_ID) @QueryParam("owner_id") @Nullable String ownerId,
            @Parameter(description = Words.IS_ENABLED) @QueryParam("enabled") @Nullable String enabled,
            @Parameter(description = Words.STATE) @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilter filter = RuleFilters.read(admin.principal().scope(organizationId), owner, ownerId, enabled, state);
        return AdminRequest.uni(() -> budgets.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(
                        wanted, rows, BudgetView::of, budget -> budget.rule().id()));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "Read a budget")
    @APIResponseSchema(BudgetView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> budgets.find(id).map(found -> answer(RuleChanges.reached(principal, TYPE, found))));
    }

    @POST
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "Create a budget",
            description = "It counts from now on: what was spent before in the period is not counted.")
    @APIResponseSchema(value = BudgetView.class, responseCode = "201")
    public Uni<Response> create(BudgetBody body) {
        ScopeBody scope = Given.required("scope", body.scope());
        Scope owned = scope.owned(admin.principal());
        String id = "bud_" + Credential.newPublicId(random);
        return changes.make(change -> changes.newRule(
                        change, scope, owned, (whole, state) -> budgets.create(change, body.create(id, whole, state)))
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/budgets/" + id, view(created))
                            .withVersion(created.state().version());
                }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "Change a budget",
            description =
                    "A merge patch (RFC 7396): what is left out stays, what is null is cleared. Another amount,"
                            + " zone or period holds from the next period on; with `immediate`, another amount holds for periods"
                            + " that have begun, too. One below what is used refuses what is new, and falls as shares come back.")
    @APIResponseSchema(BudgetView.class)
    public Uni<Response> change(@PathParam("id") String id, BudgetBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> budgets.lock(change, id).compose(found -> {
            BudgetRecord before = RuleChanges.changeable(principal, TYPE, found, ifMatch);
            RuleChanges.mustNotHaveEnded(TYPE, before.state());
            BudgetRecord asked = body.change(before, changes.changed(body.scope(), before));
            if (asked.equals(before) && !body.isImmediate()) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return budgets.update(change, before, asked, body.isImmediate()).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Archives a budget, for good. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "Archive a budget",
            description = "For good: it refuses nothing any more. What it has counted can still be read.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> archive(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> budgets.lock(change, id).compose(found -> {
            BudgetRecord before = RuleChanges.changeable(principal, TYPE, found, ifMatch);
            if (before.state().archivedAt() != null) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return budgets.archive(change, before).map(after -> {
                record(change, "archive", before, after);
                return Answer.noContent();
            });
        }));
    }

    private static void record(Change change, String verb, @Nullable BudgetRecord before, BudgetRecord after) {
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.rule().id(),
                after.state().organizationId(),
                before == null ? null : view(before),
                view(after));
    }

    private static Answer answer(BudgetRecord budget) {
        return Answer.ok(view(budget)).withVersion(budget.state().version());
    }

    private static JsonObject view(BudgetRecord budget) {
        return AdminJson.object(BudgetView.of(budget));
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.tenancy.ProfileRules;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** Budgets that keys can be given, as scripts for LiteLLM make them. */
@Path("/budget")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class LitellmBudgetsResource {
    private static final String FIELD = "budget_id";

    private final LitellmChanges changes;
    private final Belonging belonging;
    private final FieldRules rules;
    private final RandomGenerator random;

    public LitellmBudgetsResource(
            LitellmChanges changes, Belonging belonging, FieldRules rules, RandomGenerator random) {
        this.changes = changes;
        this.belonging = belonging;
        this.rules = rules;
        this.random = random;
    }

    @POST
    @Path("new")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "LiteLLM: make a budget that keys can be given",
            description = "Each key that is given it by `budget_id` has a count of its own. Fields and differences are"
                    + " described in docs/litellm.md.")
    @APIResponseSchema(BudgetTable.class)
    public Uni<Response> create(BudgetRequest body) {
        OtherFields.refuse(body.others());
        Wanted wanted = body.wanted();
        wanted.mustSaySomething();
        String id = body.budgetId() == null
                ? "budget-" + Credential.newPublicId(random)
                : Given.text(FIELD, body.budgetId(), ProfileRules.TEXT_LENGTH_MAX);
        return changes.make(change -> belonging
                .find(change, body.organizationId(), null)
                .compose(tenant -> {
                    Scope scope = SharedBudget.scope(tenant.organizationId(), id);
                    return rules.lock(change, scope)
                            .compose(was -> {
                                if (!was.isEmpty()) {
                                    throw new Problem(
                                            ProblemCode.INVALID_VALUE,
                                            FIELD + ": the organization has such a budget (expected: another one)",
                                            FIELD);
                                }
                                FieldRules.Holder holder = new FieldRules.Holder(scope, tenant.organizationId(), id);
                                return rules.apply(change, holder, was, wanted);
                            })
                            .map(made ->
                                    Answer.ok(AdminJson.object(BudgetTable.of(id, tenant.organizationId(), made))));
                }));
    }
}

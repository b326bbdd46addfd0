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
import dev.tollgate.limits.pg.PgLimits;
import dev.tollgate.limits.rules.LimitRecord;
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

/** Limits: rates, concurrency, and what each request of a scope may ask for. */
@Path("/admin/v1/limits")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class LimitsResource {
    static final String TYPE = "limit";

    private final AdminRequest admin;
    private final RuleChanges changes;
    private final PgLimits limits;
    private final RandomGenerator random;

    public LimitsResource(AdminRequest admin, RuleChanges changes, PgLimits limits, RandomGenerator random) {
        this.admin = admin;
        this.changes = changes;
        this.limits = limits;
        this.random = random;
    }

    /** Limits, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List limits, newest first")
    public Uni<Page<LimitView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.BY_OWNER) @QueryParam("owner") @Nullable String owner,
            @Parameter(description = Words.BY_OWNER_ID) @QueryParam("owner_id") @Nullable String ownerId,
            @Parameter(description = Words.IS_ENABLED) @QueryParam("enabled") @Nullable String enabled,
            @Parameter(description = Words.STATE) @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilter filter = RuleFilters.read(admin.principal().scope(organizationId), owner, ownerId, enabled, state);
        return AdminRequest.uni(() -> limits.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows ->
                        Page.of(wanted, rows, LimitView::of, each -> each.rule().id()));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "Read a limit")
    @APIResponseSchema(LimitView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> limits.find(id).map(found -> answer(RuleChanges.reached(principal, TYPE, found))));
    }

    @POST
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(summary = "Create a limit")
    @APIResponseSchema(value = LimitView.class, responseCode = "201")
    public Uni<Response> create(LimitBody body) {
        ScopeBody scope = Given.required("scope", body.scope());
        Scope owned = scope.owned(admin.principal());
        String id = "lim_" + Credential.newPublicId(random);
        return changes.make(change -> changes.newRule(
                        change, scope, owned, (whole, state) -> limits.create(change, body.create(id, whole, state)))
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/limits/" + id, view(created))
                            .withVersion(created.state().version());
                }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(
            summary = "Change a limit",
            description = "A merge patch (RFC 7396): what is left out stays, what is null is cleared.")
    @APIResponseSchema(LimitView.class)
    public Uni<Response> change(@PathParam("id") String id, LimitBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> limits.lock(change, id).compose(found -> {
            LimitRecord before = RuleChanges.changeable(principal, TYPE, found, ifMatch);
            RuleChanges.mustNotHaveEnded(TYPE, before.state());
            LimitRecord asked = body.change(before, changes.changed(body.scope(), before));
            if (asked.equals(before)) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return limits.update(change, asked).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Archives a limit, for good. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.BUDGETS_WRITE)
    @Operation(summary = "Archive a limit", description = "For good: it refuses nothing any more.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> archive(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> limits.lock(change, id).compose(found -> {
            LimitRecord before = RuleChanges.changeable(principal, TYPE, found, ifMatch);
            if (before.state().archivedAt() != null) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return limits.archive(change, before).map(after -> {
                record(change, "archive", before, after);
                return Answer.noContent();
            });
        }));
    }

    private static void record(Change change, String verb, @Nullable LimitRecord before, LimitRecord after) {
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.rule().id(),
                after.state().organizationId(),
                before == null ? null : view(before),
                view(after));
    }

    private static Answer answer(LimitRecord limit) {
        return Answer.ok(view(limit)).withVersion(limit.state().version());
    }

    private static JsonObject view(LimitRecord limit) {
        return AdminJson.object(LimitView.of(limit));
    }
}

package dev.tollgate.admin.limits;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.IfMatch;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.pg.PgTiers;
import dev.tollgate.limits.pg.PgTiers.Bundle;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.RuleFilter;
import dev.tollgate.limits.rules.Tier;
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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Tiers: bundles of rules that organizations are given by name. */
@Path("/admin/v1/tiers")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TiersResource {
    private static final String TYPE = "tier";

    private final AdminRequest admin;
    private final RuleChanges changes;
    private final PgTiers tiers;
    private final RandomGenerator random;

    public TiersResource(AdminRequest admin, RuleChanges changes, PgTiers tiers, RandomGenerator random) {
        this.admin = admin;
        this.changes = changes;
        this.tiers = tiers;
        this.random = random;
    }

    /** Tiers by name. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "List tiers by name, with their rules")
    public Uni<Page<TierView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = "`active` ones by default, or `ended` ones (archived).")
                    @QueryParam("state")
                    @Nullable
                    String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        RuleFilters.plain("cursor", cursor);
        RuleFilter.State asked = Choice.of("state", state, RuleFilter.State.class, RuleFilter.State.ACTIVE);
        if (asked == RuleFilter.State.ALL) {
            throw new Problem(ProblemCode.INVALID_VALUE, "state: all (expected: active or ended)", "state");
        }
        return AdminRequest.uni(() -> tiers.list(asked == RuleFilter.State.ENDED, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(
                        wanted, rows, TierView::of, bundle -> bundle.tier().name()));
    }

    @GET
    @Path("{name}")
    @Requires(Permission.BUDGETS_READ)
    @Operation(summary = "Read a tier with its rules")
    @APIResponseSchema(TierView.class)
    public Uni<Response> get(@PathParam("name") String name) {
        return admin.answer(() -> tiers.find(name).map(found -> answer(known(found))));
    }

    @POST
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Add a tier",
            description = "It owns nothing yet, or copies of the rules of another one. Rules are added to it at"
                    + " `/admin/v1/budgets` and `/admin/v1/limits`, with the scope's owner `tier`.")
    @APIResponseSchema(value = TierView.class, responseCode = "201")
    public Uni<Response> create(TierBody body) {
        String name = RuleBounds.tierName(Given.required("name", body.name()));
        String copied = body.copyOf();
        return changes.make(change -> source(change, copied)
                .compose(source -> tiers.create(change, name, description(body, source))
                        .compose(made -> source.isEmpty()
                                ? Future.succeededFuture(made)
                                : tiers.copy(change, source.get(), name, random)))
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/tiers/" + name, view(created))
                            .withVersion(created.tier().version());
                }));
    }

    /** Describes a tier in other words. */
    @PATCH
    @Path("{name}")
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(summary = "Describe a tier", description = "Its rules are changed where rules are.")
    @APIResponseSchema(TierView.class)
    public Uni<Response> change(@PathParam("name") String name, TierBody body) {
        IfMatch ifMatch = admin.ifMatch();
        if (body.copyOf() != null || (body.name() != null && !body.name().equals(name))) {
            String member = body.copyOf() != null ? "copy_of" : "name";
            throw new Problem(ProblemCode.INVALID_VALUE, member + ": stays what it is (expected: left out)", member);
        }
        return changes.make(change -> tiers.lock(change, name).compose(found -> {
            Bundle before = known(found);
            ifMatch.mustBe(before.tier().version());
            mustNotHaveEnded(before.tier());
            String description = description(body, found);
            if (description.equals(before.tier().description())) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return tiers.describe(change, name, description).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Archives a tier that no organization has, with its rules. */
    @DELETE
    @Path("{name}")
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Archive a tier",
            description = "For good, with its rules. Not the default one, and none that organizations have.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> archive(@PathParam("name") String name) {
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> tiers.lock(change, name).compose(found -> {
            Bundle before = known(found);
            ifMatch.mustBe(before.tier().version());
            if (before.tier().archivedAt() != null) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            if (name.equals(Tier.DEFAULT)) {
                throw new Problem(
                        ProblemCode.CONFLICT, "Organizations whose tier is not known have this one; change its rules.");
            }
            return tiers.organizations(change, name)
                    .compose(count -> {
                        if (count > 0) {
                            throw new Problem(
                                    ProblemCode.CONFLICT,
                                    count + " organizations have this tier (expected: none; give them another one).");
                        }
                        return tiers.archive(change, name);
                    })
                    .map(after -> {
                        record(change, "archive", before, after);
                        return Answer.noContent();
                    });
        }));
    }

    private Future<Optional<Bundle>> source(Change change, @Nullable String copied) {
        return tiers.lock(change, copied == null ? "" : copied).map(found -> {
            if (copied != null
                    && found.filter(bundle -> bundle.tier().archivedAt() == null)
                            .isEmpty()) {
                throw new Problem(ProblemCode.OBJECT_NOT_FOUND, "copy_of: there is no such tier", "copy_of");
            }
            return found;
        });
    }

    private static String description(TierBody body, Optional<Bundle> otherwise) {
        return body.description() == null
                ? otherwise.map(bundle -> bundle.tier().description()).orElse("")
                : RuleBounds.text("description", body.description());
    }

    private static void record(Change change, String verb, @Nullable Bundle before, Bundle after) {
        change.record(
                TYPE + "." + verb, TYPE, after.tier().name(), null, before == null ? null : view(before), view(after));
    }

    private static Answer answer(Bundle bundle) {
        return Answer.ok(view(bundle)).withVersion(bundle.tier().version());
    }

    private static JsonObject view(Bundle bundle) {
        return AdminJson.object(TierView.of(bundle));
    }

    private static Bundle known(Optional<Bundle> found) {
        return found.orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such tier."));
    }

    private static void mustNotHaveEnded(Tier tier) {
        if (tier.archivedAt() != null) {
            throw new Problem(ProblemCode.CONFLICT, "The tier ended at " + tier.archivedAt() + ", and stays as it is.");
        }
    }
}

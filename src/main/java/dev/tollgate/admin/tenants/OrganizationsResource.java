package dev.tollgate.admin.tenants;

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
import dev.tollgate.limits.pg.PgTiers;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.TenantFilter;
import dev.tollgate.tenancy.pg.PgOrganizations;
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
import java.time.InstantSource;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Organizations: the tenants of the platform, who pay. */
@Path("/admin/v1/organizations")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class OrganizationsResource {
    private static final String TYPE = "organization";

    private final AdminRequest admin;
    private final TenantChanges changes;
    private final PgOrganizations organizations;
    private final PgTiers tiers;
    private final RandomGenerator random;
    private final InstantSource clock;

    public OrganizationsResource(
            AdminRequest admin,
            TenantChanges changes,
            PgOrganizations organizations,
            PgTiers tiers,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.changes = changes;
        this.organizations = organizations;
        this.tiers = tiers;
        this.random = random;
        this.clock = clock;
    }

    /** Organizations, newest first; to others than the platform's administrators their own. */
    @GET
    @Requires(Permission.ORGANIZATION_READ)
    @Operation(summary = "List organizations, newest first")
    public Uni<Page<OrganizationView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = Words.IS_ENABLED) @QueryParam("enabled") @Nullable String enabled,
            @Parameter(description = Words.NAME_PREFIX) @QueryParam("name_prefix") @Nullable String namePrefix,
            @Parameter(description = Words.TAG) @QueryParam("tag") @Nullable String tag,
            @Parameter(description = Words.STATE) @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        TenantFilter filter = TenantFilter.read(admin.principal().scope(null), null, enabled, namePrefix, tag, state);
        return AdminRequest.uni(() -> organizations.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, OrganizationView::of, organizations::cursor));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.ORGANIZATION_READ)
    @Operation(summary = "Read an organization")
    @APIResponseSchema(OrganizationView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        admin.principal().mustReach(id);
        return admin.answer(() -> organizations.find(id).map(found -> answer(known(found))));
    }

    @POST
    @Requires(Permission.ORGANIZATIONS_MANAGE)
    @Operation(summary = "Create an organization")
    @APIResponseSchema(value = OrganizationView.class, responseCode = "201")
    public Uni<Response> create(OrganizationBody body) {
        Organization asked = new Organization(
                "org_" + Credential.newPublicId(random),
                body.profile().create(clock.instant()),
                body.tier(null),
                body.callerKeysAllowed(false),
                Stamps.NONE);
        return changes.make(change -> mustBeKnown(change, asked.tier())
                .compose(_ -> organizations.create(change, asked))
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/organizations/" + created.id(), view(created))
                            .withVersion(created.stamps().version());
                }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.ORGANIZATION_WRITE)
    @Operation(
            summary = "Change an organization",
            description = "A merge patch (RFC 7396): what is left out stays, what is null is cleared.")
    @APIResponseSchema(OrganizationView.class)
    public Uni<Response> change(@PathParam("id") String id, OrganizationBody body) {
        Principal principal = admin.principal();
        principal.mustReach(id);
        String platforms = body.platforms();
        if (platforms != null && !principal.role().may(Permission.ORGANIZATIONS_MANAGE)) {
            throw new Problem(
                    ProblemCode.PERMISSION_DENIED,
                    platforms + ": set by the platform (needed: " + Permission.ORGANIZATIONS_MANAGE.label() + ")",
                    platforms);
        }
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> organizations.lock(change, id).compose(found -> {
            Organization before = known(found);
            ifMatch.mustBe(before.stamps().version());
            TenantChanges.mustNotHaveEnded(TYPE, before.stamps());
            Organization asked = new Organization(
                    id,
                    body.profile().applyTo(before.profile(), clock.instant()),
                    body.tier(before.tier()),
                    body.callerKeysAllowed(before.callerKeysAllowed()),
                    before.stamps());
            if (asked.equals(before)) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            boolean sameTier = Objects.equals(asked.tier(), before.tier());
            return mustBeKnown(change, sameTier ? null : asked.tier())
                    .compose(_ -> organizations.update(change, asked))
                    .map(after -> {
                        record(change, "update", before, after);
                        return answer(after);
                    });
        }));
    }

    /** Archives an organization with its clients and revokes its keys, for good. The ledger keeps all its entries. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.ORGANIZATIONS_MANAGE)
    @Operation(
            summary = "Archive an organization",
            description =
                    "For good, with its clients, and its keys are revoked. The ledger keeps all its entries, and the organization can still be read.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> archive(@PathParam("id") String id) {
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> organizations.lock(change, id).compose(found -> {
            Organization before = known(found);
            ifMatch.mustBe(before.stamps().version());
            if (before.stamps().isEnded()) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return organizations.archive(change, id).map(archived -> {
                JsonObject after = view(archived.organization())
                        .put("archived_clients", archived.clients())
                        .put("revoked_keys", archived.keys());
                change.record(TYPE + ".archive", TYPE, id, id, view(before), after);
                return Answer.noContent();
            });
        }));
    }

    /** Refuses a tier that there isn't; one that is not set, or not set anew, is not asked for. */
    private Future<Void> mustBeKnown(Change change, @Nullable String tier) {
        return tier == null
                ? Future.succeededFuture()
                : tiers.isKnown(change, tier).map(known -> {
                    if (!known) {
                        throw new Problem(
                                ProblemCode.INVALID_VALUE,
                                "tier: " + tier + " (expected: one of /admin/v1/tiers, or null)",
                                "tier");
                    }
                    return null;
                });
    }

    private static void record(Change change, String verb, @Nullable Organization before, Organization after) {
        change.record(
                TYPE + "." + verb, TYPE, after.id(), after.id(), before == null ? null : view(before), view(after));
    }

    private static Answer answer(Organization organization) {
        return Answer.ok(view(organization)).withVersion(organization.stamps().version());
    }

    private static JsonObject view(Organization organization) {
        return AdminJson.object(OrganizationView.of(organization));
    }

    private static Organization known(Optional<Organization> found) {
        return found.orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such organization."));
    }
}

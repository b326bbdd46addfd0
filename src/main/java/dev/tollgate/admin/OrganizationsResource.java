package dev.tollgate.admin;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.ProfileRules;
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
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
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
    private final RandomGenerator random;
    private final InstantSource clock;

    public OrganizationsResource(
            AdminRequest admin,
            TenantChanges changes,
            PgOrganizations organizations,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.changes = changes;
        this.organizations = organizations;
        this.random = random;
        this.clock = clock;
    }

    /**
     * What is said of an organization. In a change, what is left out stays as it is.
     *
     * @param name for people, 1 to 200 characters
     * @param owner who answers for it
     * @param tags up to 50; they go into its ledger entries
     * @param metadata up to 16 KiB that Tollgate does not read
     * @param enabled false refuses all its requests, until it is true again
     * @param expiresAt from when on its requests are refused
     * @param allowedModels names, or beginnings followed by a star; null allows all
     * @param tier its bundle of limits and defaults
     * @param callerKeysAllowed whether requests may go over provider keys of the callers
     */
    public record OrganizationBody(
            @Nullable Optional<String> name,
            @Nullable Optional<String> owner,
            @Nullable Optional<Map<String, @Nullable String>> tags,
            @Nullable Optional<Map<String, @Nullable Object>> metadata,
            @Nullable Optional<Boolean> enabled,
            @Nullable Optional<Instant> expiresAt,
            @Nullable Optional<List<@Nullable String>> allowedModels,
            @Nullable Optional<String> tier,
            @Nullable Optional<Boolean> callerKeysAllowed) {
        private ProfilePatch profile() {
            return new ProfilePatch(name, owner, tags, metadata, enabled, expiresAt, allowedModels);
        }

        private @Nullable String tier(@Nullable String was) {
            return tier == null ? was : ProfileRules.label("tier", tier.orElse(null));
        }

        private boolean callerKeysAllowed(boolean was) {
            return callerKeysAllowed == null ? was : callerKeysAllowed.orElse(false);
        }

        /** What the organization may not decide itself. */
        private @Nullable String platforms() {
            if (enabled != null) {
                return "enabled";
            }
            if (expiresAt != null) {
                return "expires_at";
            }
            if (allowedModels != null) {
                return "allowed_models";
            }
            if (tier != null) {
                return "tier";
            }
            return callerKeysAllowed == null ? null : "caller_keys_allowed";
        }
    }

    /** An organization. */
    public record OrganizationView(
            String id,
            String name,
            @Nullable String owner,
            Map<String, String> tags,
            Map<String, Object> metadata,
            boolean enabled,
            @Nullable Instant expiresAt,
            @Nullable List<String> allowedModels,
            @Nullable String tier,
            boolean callerKeysAllowed,
            Instant createdAt,
            Instant updatedAt,
            @Nullable Instant archivedAt) {
        static OrganizationView of(Organization organization) {
            return new OrganizationView(
                    organization.id(),
                    organization.profile().name(),
                    organization.profile().owner(),
                    organization.profile().tags(),
                    organization.profile().metadata().getMap(),
                    organization.profile().enabled(),
                    organization.profile().expiresAt(),
                    organization.profile().allowedModels(),
                    organization.tier(),
                    organization.callerKeysAllowed(),
                    organization.stamps().createdAt(),
                    organization.stamps().updatedAt(),
                    organization.stamps().endedAt());
        }
    }

    /** Organizations, newest first; to others than the platform's administrators their own. */
    @GET
    @Requires(Permission.ORGANIZATION_READ)
    public Uni<Page<OrganizationView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("enabled") @Nullable String enabled,
            @QueryParam("name_prefix") @Nullable String namePrefix,
            @QueryParam("tag") @Nullable String tag,
            @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        TenantFilter filter = TenantFilter.read(admin.principal().scope(null), null, enabled, namePrefix, tag, state);
        return AdminRequest.uni(() -> organizations.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, OrganizationView::of, organizations::cursor));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.ORGANIZATION_READ)
    public Uni<Response> get(@PathParam("id") String id) {
        admin.principal().mustReach(id);
        return admin.answer(() -> organizations.find(id).map(found -> answer(known(found))));
    }

    @POST
    @Requires(Permission.ORGANIZATIONS_MANAGE)
    public Uni<Response> create(OrganizationBody body) {
        Organization asked = new Organization(
                "org_" + Credential.newPublicId(random),
                body.profile().create(clock.instant()),
                body.tier(null),
                body.callerKeysAllowed(false),
                Stamps.NONE);
        return changes.make(change -> organizations.create(change, asked).map(created -> {
            record(change, "create", null, created);
            return Answer.created("/admin/v1/organizations/" + created.id(), view(created))
                    .withVersion(created.stamps().version());
        }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.ORGANIZATION_WRITE)
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
            return organizations.update(change, asked).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Archives an organization with its clients and revokes its keys, for good. The ledger keeps all its entries. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.ORGANIZATIONS_MANAGE)
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

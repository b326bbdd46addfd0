package dev.tollgate.admin.tenants;

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
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Client;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.Profile;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.TenantFilter;
import dev.tollgate.tenancy.pg.PgClients;
import dev.tollgate.tenancy.pg.PgKeys;
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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Keys: what callers show. The key itself is in the answer that creates or rotates it, and nowhere else. */
@Path("/admin/v1/keys")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class KeysResource {
    private static final String TYPE = "key";
    private static final long OVERLAP_SECONDS = 24 * 60 * 60;
    private static final long OVERLAP_SECONDS_MAX = 30 * OVERLAP_SECONDS;

    private final AdminRequest admin;
    private final TenantChanges changes;
    private final PgOrganizations organizations;
    private final PgClients clients;
    private final PgKeys keys;
    private final RandomGenerator random;
    private final InstantSource clock;

    /** @param random makes the keys, so it must be cryptographically strong */
    public KeysResource(
            AdminRequest admin,
            TenantChanges changes,
            PgOrganizations organizations,
            PgClients clients,
            PgKeys keys,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.changes = changes;
        this.organizations = organizations;
        this.clients = clients;
        this.keys = keys;
        this.random = random;
        this.clock = clock;
    }

    /** Keys, newest first. */
    @GET
    @Requires(Permission.KEYS_READ)
    @Operation(summary = "List keys, newest first")
    public Uni<Page<KeyView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "Those that are bound to this client.") @QueryParam("client_id") @Nullable
                    String clientId,
            @Parameter(description = Words.IS_ENABLED) @QueryParam("enabled") @Nullable String enabled,
            @Parameter(description = Words.NAME_PREFIX) @QueryParam("name_prefix") @Nullable String namePrefix,
            @Parameter(description = Words.TAG) @QueryParam("tag") @Nullable String tag,
            @Parameter(description = Words.STATE) @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        TenantFilter filter =
                TenantFilter.read(admin.principal().scope(organizationId), clientId, enabled, namePrefix, tag, state);
        return AdminRequest.uni(() -> keys.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, KeyView::of, keys::cursor));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.KEYS_READ)
    @Operation(summary = "Read a key")
    @APIResponseSchema(KeyView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> keys.find(id).map(found -> answer(reached(principal, found))));
    }

    @POST
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "Create a key",
            description =
                    "The key itself is shown in this answer and never again: a repetition by its Idempotency-Key gets"
                            + " 409 `secret_shown_once`. It works as soon as it is shown; on other replicas within a second.")
    @APIResponseSchema(value = KeyWithSecret.class, responseCode = "201")
    public Uni<Response> create(KeyBody body) {
        Principal principal = admin.principal();
        String asked = principal.scope(body.organizationId());
        String clientId = body.clientId();
        if (clientId == null) {
            Given.required("organization_id", asked);
        }
        Profile profile = body.profile().create(clock.instant());
        String feature = body.feature(null);
        ApiKey secret = ApiKey.generate(random);
        return changes.make(change -> organization(change, asked, clientId)
                .compose(organizationId -> keys.create(
                        change,
                        new Key(
                                "key_" + secret.publicId(),
                                organizationId,
                                clientId,
                                profile,
                                feature,
                                null,
                                null,
                                Stamps.NONE),
                        secret))
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/keys/" + created.id(), shown(created, secret))
                            .withVersion(created.stamps().version())
                            .showingSecretOnce();
                }));
    }

    /** The organization of a new key: the one asked for, or its client's; both must be there and fit. */
    private Future<String> organization(Change change, @Nullable String asked, @Nullable String clientId) {
        if (clientId == null) {
            return organizations.lock(change, String.valueOf(asked)).map(found -> {
                Organization organization = TenantChanges.given("organization_id", found);
                TenantChanges.mustNotHaveEnded("organization", organization.stamps());
                return organization.id();
            });
        }
        return clients.lock(change, clientId).map(found -> {
            boolean fits = asked == null
                    || found.filter(client -> client.organizationId().equals(asked))
                            .isPresent();
            Client client = TenantChanges.given("client_id", fits ? found : Optional.empty());
            TenantChanges.mustNotHaveEnded("client", client.stamps());
            return client.organizationId();
        });
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "Change a key",
            description = "A merge patch (RFC 7396): what is left out stays, what is null is cleared.")
    @APIResponseSchema(KeyView.class)
    public Uni<Response> change(@PathParam("id") String id, KeyBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> keys.lock(change, id).compose(found -> {
            Key before = changeable(principal, found, ifMatch);
            TenantChanges.mustStay("organization_id", body.organizationId(), before.organizationId());
            TenantChanges.mustStay("client_id", body.clientId(), before.clientId());
            Key asked = new Key(
                    id,
                    before.organizationId(),
                    before.clientId(),
                    body.profile().applyTo(before.profile(), clock.instant()),
                    body.feature(before.feature()),
                    before.previousExpiresAt(),
                    before.lastUsedAt(),
                    before.stamps());
            if (asked.equals(before)) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return keys.update(change, asked).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Gives a key another secret, under the same id. The one before it stays good for a while. */
    @POST
    @Path("{id}/rotate")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "Rotate a key",
            description =
                    "Gives it another secret under the same id, shown in this answer and never again. The one before"
                            + " stays good for a while, and an older one ends at once.")
    @APIResponseSchema(KeyWithSecret.class)
    public Uni<Response> rotate(@PathParam("id") String id, Rotation rotation) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        long overlap = rotation.overlapSeconds() == null ? OVERLAP_SECONDS : rotation.overlapSeconds();
        if (overlap < 0 || overlap > OVERLAP_SECONDS_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "overlap_seconds: " + overlap + " (expected: 0.." + OVERLAP_SECONDS_MAX + ")",
                    "overlap_seconds");
        }
        Instant until = overlap == 0 ? null : clock.instant().plusSeconds(overlap);
        return changes.make(change -> keys.lock(change, id).compose(found -> {
            Key before = changeable(principal, found, ifMatch);
            ApiKey renewed = ApiKey.renewed(id.substring("key_".length()), random);
            return keys.rotate(change, renewed, until).map(after -> {
                record(change, "rotate", before, after);
                return Answer.ok(shown(after, renewed))
                        .withVersion(after.stamps().version())
                        .showingSecretOnce();
            });
        }));
    }

    /** Revokes a key for good. The ledger keeps its entries, and its id is never given again. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.KEYS_WRITE)
    @Operation(
            summary = "Revoke a key",
            description =
                    "For good, and within a second on every replica. The ledger keeps its entries, and its id is never given again.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> revoke(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> keys.lock(change, id).compose(found -> {
            Key before = reached(principal, found);
            ifMatch.mustBe(before.stamps().version());
            if (before.stamps().isEnded()) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return keys.revoke(change, id).map(after -> {
                record(change, "revoke", before, after);
                return Answer.noContent();
            });
        }));
    }

    private static Key changeable(Principal principal, Optional<Key> found, IfMatch ifMatch) {
        Key key = reached(principal, found);
        ifMatch.mustBe(key.stamps().version());
        TenantChanges.mustNotHaveEnded(TYPE, key.stamps());
        return key;
    }

    private static JsonObject shown(Key key, ApiKey secret) {
        return AdminJson.object(new KeyWithSecret(KeyView.of(key), secret.reveal()));
    }

    private static void record(Change change, String verb, @Nullable Key before, Key after) {
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.id(),
                after.organizationId(),
                before == null ? null : view(before),
                view(after));
    }

    private static Answer answer(Key key) {
        return Answer.ok(view(key)).withVersion(key.stamps().version());
    }

    private static JsonObject view(Key key) {
        return AdminJson.object(KeyView.of(key));
    }

    /** What is out of reach is as if it weren't there. */
    private static Key reached(Principal principal, Optional<Key> found) {
        return found.filter(key -> principal.reaches(key.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such key."));
    }
}

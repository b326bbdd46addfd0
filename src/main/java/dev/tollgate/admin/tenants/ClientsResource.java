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
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Client;
import dev.tollgate.tenancy.Stamps;
import dev.tollgate.tenancy.TenantFilter;
import dev.tollgate.tenancy.pg.PgClients;
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
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;
import org.jspecify.annotations.Nullable;

/** Clients: customers or projects of an organization, whose settings they inherit and may only narrow. */
@Path("/admin/v1/clients")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class ClientsResource {
    private static final String TYPE = "client";

    private final AdminRequest admin;
    private final TenantChanges changes;
    private final PgOrganizations organizations;
    private final PgClients clients;
    private final RandomGenerator random;
    private final InstantSource clock;

    public ClientsResource(
            AdminRequest admin,
            TenantChanges changes,
            PgOrganizations organizations,
            PgClients clients,
            RandomGenerator random,
            InstantSource clock) {
        this.admin = admin;
        this.changes = changes;
        this.organizations = organizations;
        this.clients = clients;
        this.random = random;
        this.clock = clock;
    }

    /** Clients, newest first. */
    @GET
    @Requires(Permission.CLIENTS_READ)
    @Operation(summary = "List clients, newest first")
    public Uni<Page<ClientView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = Words.IS_ENABLED) @QueryParam("enabled") @Nullable String enabled,
            @Parameter(description = Words.NAME_PREFIX) @QueryParam("name_prefix") @Nullable String namePrefix,
            @Parameter(description = Words.TAG) @QueryParam("tag") @Nullable String tag,
            @Parameter(description = Words.STATE) @QueryParam("state") @Nullable String state) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        TenantFilter filter =
                TenantFilter.read(admin.principal().scope(organizationId), null, enabled, namePrefix, tag, state);
        return AdminRequest.uni(() -> clients.list(filter, wanted.cursor(), wanted.rows()))
                .map(rows -> Page.of(wanted, rows, ClientView::of, clients::cursor));
    }

    @GET
    @Path("{id}")
    @Requires(Permission.CLIENTS_READ)
    @Operation(summary = "Read a client")
    @APIResponseSchema(ClientView.class)
    public Uni<Response> get(@PathParam("id") String id) {
        Principal principal = admin.principal();
        return admin.answer(() -> clients.find(id).map(found -> answer(reached(principal, found))));
    }

    @POST
    @Requires(Permission.CLIENTS_WRITE)
    @Operation(summary = "Create a client")
    @APIResponseSchema(value = ClientView.class, responseCode = "201")
    public Uni<Response> create(ClientBody body) {
        String organizationId =
                Given.required("organization_id", admin.principal().scope(body.organizationId()));
        Client asked = new Client(
                "cli_" + Credential.newPublicId(random),
                organizationId,
                body.profile().create(clock.instant()),
                Stamps.NONE);
        return changes.make(change -> organizations
                .lock(change, organizationId)
                .compose(found -> {
                    TenantChanges.mustNotHaveEnded(
                            "organization",
                            TenantChanges.given("organization_id", found).stamps());
                    return clients.create(change, asked);
                })
                .map(created -> {
                    record(change, "create", null, created);
                    return Answer.created("/admin/v1/clients/" + created.id(), view(created))
                            .withVersion(created.stamps().version());
                }));
    }

    /** Changes what is given and leaves the rest. */
    @PATCH
    @Path("{id}")
    @Requires(Permission.CLIENTS_WRITE)
    @Operation(
            summary = "Change a client",
            description = "A merge patch (RFC 7396): what is left out stays, what is null is cleared.")
    @APIResponseSchema(ClientView.class)
    public Uni<Response> change(@PathParam("id") String id, ClientBody body) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> clients.lock(change, id).compose(found -> {
            Client before = reached(principal, found);
            ifMatch.mustBe(before.stamps().version());
            TenantChanges.mustNotHaveEnded(TYPE, before.stamps());
            TenantChanges.mustStay("organization_id", body.organizationId(), before.organizationId());
            Client asked = new Client(
                    id,
                    before.organizationId(),
                    body.profile().applyTo(before.profile(), clock.instant()),
                    before.stamps());
            if (asked.equals(before)) {
                change.nothingChanged();
                return Future.succeededFuture(answer(before));
            }
            return clients.update(change, asked).map(after -> {
                record(change, "update", before, after);
                return answer(after);
            });
        }));
    }

    /** Archives a client and revokes its keys, for good. The ledger keeps all its entries. */
    @DELETE
    @Path("{id}")
    @Requires(Permission.CLIENTS_WRITE)
    @Operation(
            summary = "Archive a client",
            description = "For good, and its keys are revoked. The ledger keeps all its entries.")
    @APIResponse(responseCode = "204", description = "It has ended.")
    public Uni<Response> archive(@PathParam("id") String id) {
        Principal principal = admin.principal();
        IfMatch ifMatch = admin.ifMatch();
        return changes.make(change -> clients.lock(change, id).compose(found -> {
            Client before = reached(principal, found);
            ifMatch.mustBe(before.stamps().version());
            if (before.stamps().isEnded()) {
                change.nothingChanged();
                return Future.succeededFuture(Answer.noContent());
            }
            return clients.archive(change, id).map(archived -> {
                JsonObject after = view(archived.client()).put("revoked_keys", archived.keys());
                change.record(TYPE + ".archive", TYPE, id, before.organizationId(), view(before), after);
                return Answer.noContent();
            });
        }));
    }

    private static void record(Change change, String verb, @Nullable Client before, Client after) {
        change.record(
                TYPE + "." + verb,
                TYPE,
                after.id(),
                after.organizationId(),
                before == null ? null : view(before),
                view(after));
    }

    private static Answer answer(Client client) {
        return Answer.ok(view(client)).withVersion(client.stamps().version());
    }

    private static JsonObject view(Client client) {
        return AdminJson.object(ClientView.of(client));
    }

    /** What is out of reach is as if it weren't there. */
    private static Client reached(Principal principal, Optional<Client> found) {
        return found.filter(client -> principal.reaches(client.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such client."));
    }
}

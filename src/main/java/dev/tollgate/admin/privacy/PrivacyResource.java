package dev.tollgate.admin.privacy;

import dev.tollgate.access.Answer;
import dev.tollgate.access.AuditFilter;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.PgAuditLog;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.privacy.StoredClient;
import dev.tollgate.privacy.pg.PgPrivacy;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.pg.PgEntries;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/**
 * What is stored of an end user or of a client: all of it handed out, or erased. Ids of people come in bodies, because
 * paths are logged.
 */
@Path("/admin/v1/privacy")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PrivacyResource {
    private static final int ID_LENGTH_MAX = 1_000;
    private static final Map<String, List<String>> NDJSON = Map.of(
            HttpHeaders.CONTENT_TYPE, List.of("application/x-ndjson;charset=utf-8"),
            HttpHeaders.CACHE_CONTROL, List.of("no-store"));

    private final AdminRequest admin;
    private final EndUserHashes hashes;
    private final PgPrivacy store;
    private final PersonalExport export;

    public PrivacyResource(
            AdminRequest admin, EndUserHashes hashes, PgPrivacy store, PgEntries entries, PgAuditLog audit) {
        this.admin = admin;
        this.hashes = hashes;
        this.store = store;
        this.export = new PersonalExport(entries, audit);
    }

    /** Somebody who uses an application. */
    @Schema(example = "{\"organization_id\": \"org_4fk2m9x0q7ab\", \"id\": \"jane@example.com\"}")
    public record EndUserBody(
            @Schema(description = "Whose application it is; the token's organization by default.") @Nullable
            String organizationId,

            @Schema(required = true, description = "What the application calls them, as it was sent.") @Nullable
            String id) {}

    /** A client. */
    @Schema(example = "{\"id\": \"cli_2k8d6f4s1a9p\"}")
    public record ClientId(
            @Schema(required = true) @Nullable String id) {}

    private record Somebody(String organizationId, String hash) {}

    @POST
    @Path("end-users/export")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Requires(Permission.PRIVACY_READ)
    @Operation(
            summary = "Export all that is stored of an end user",
            description = "Who is behind the hash, the ledger entries with that hash, and the changes that name it: an"
                    + " object a line. The last line says that it is complete.")
    public RestMulti<byte[]> exportEndUser(EndUserBody body) {
        Somebody somebody = somebody(body);
        Map<EntryFilter, List<String>> ledger = Map.of(
                EntryFilter.ORGANIZATION, List.of(somebody.organizationId),
                EntryFilter.END_USER, List.of(somebody.hash));
        return RestMulti.fromUniResponse(
                AdminRequest.uni(() -> store.endUser(somebody.organizationId, somebody.hash)),
                found -> export.of(
                        found.map(endUser -> List.of(PersonalExport.line("end_user", endUser.encode())))
                                .orElse(List.of()),
                        ledger,
                        List.of(changesOf(somebody.organizationId, somebody.hash))),
                _ -> NDJSON);
    }

    @POST
    @Path("end-users/erase")
    @Requires(Permission.PRIVACY_ERASE)
    @Operation(
            summary = "Erase who an end user is",
            description =
                    "Nobody can tell any more who is behind the hash in the ledger, whose figures stay. Known again"
                            + " when they come again.")
    public Uni<Response> eraseEndUser(EndUserBody body) {
        Somebody somebody = somebody(body);
        return admin.change(change -> store.eraseEndUser(change, somebody.organizationId, somebody.hash)
                .map(known -> {
                    change.record("end_user.erase", "end_user", somebody.hash, somebody.organizationId, null, null);
                    return Answer.ok(
                            new JsonObject().put("end_user", somebody.hash).put("was_known", known));
                }));
    }

    @POST
    @Path("clients/export")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Requires(Permission.PRIVACY_READ)
    @Operation(
            summary = "Export all that is stored of a client",
            description =
                    "Itself, what is known of its keys, its ledger entries, and the changes of it and its keys: an"
                            + " object a line. The last line says that it is complete.")
    public RestMulti<byte[]> exportClient(ClientId body) {
        Principal principal = admin.principal();
        String id = Given.text("id", body.id, ID_LENGTH_MAX);
        return RestMulti.fromUniResponse(
                AdminRequest.uni(() -> store.client(id).map(found -> reached(principal, found))),
                client -> export(id, client),
                _ -> NDJSON);
    }

    @POST
    @Path("clients/erase")
    @Requires(Permission.PRIVACY_ERASE)
    @Operation(
            summary = "Erase what is said of a client",
            description = "Its name, owner, tags and metadata, those of its keys, and what the audit log says of their"
                    + " changes. It must be archived before. Its ledger entries stay, with the tags that they had.")
    public Uni<Response> eraseClient(ClientId body) {
        Principal principal = admin.principal();
        String id = Given.text("id", body.id, ID_LENGTH_MAX);
        return admin.change(change -> store.client(change, id)
                .map(found -> reached(principal, found))
                .compose(client -> {
                    if (!client.archived()) {
                        return Future.failedFuture(
                                new Problem(ProblemCode.CONFLICT, "The client is in use; archive it before.", "id"));
                    }
                    return store.eraseClient(change, id).map(_ -> {
                        change.record("client.erase", "client", id, client.organizationId(), null, null);
                        return Answer.ok(new JsonObject().put("id", id).put("erased", true));
                    });
                }));
    }

    private Multi<byte[]> export(String id, StoredClient client) {
        List<String> first = new ArrayList<>();
        List<AuditFilter> changes = new ArrayList<>();
        first.add(PersonalExport.line("client", client.client().encode()));
        changes.add(changesOf(client.organizationId(), id));
        for (int i = 0; i < client.keys().size(); i++) {
            JsonObject key = client.keys().getJsonObject(i);
            first.add(PersonalExport.line("key", key.encode()));
            changes.add(changesOf(client.organizationId(), "key_" + key.getString("public_id")));
        }
        Map<EntryFilter, List<String>> ledger =
                Map.of(EntryFilter.ORGANIZATION, List.of(client.organizationId()), EntryFilter.CLIENT, List.of(id));
        return export.of(first, ledger, changes);
    }

    private Somebody somebody(EndUserBody body) {
        String organizationId =
                Given.required("organization_id", admin.principal().scope(body.organizationId));
        String id = Given.required("id", body.id);
        if (id.isEmpty() || id.length() > ID_LENGTH_MAX) {
            throw new Problem(ProblemCode.INVALID_VALUE, "id: expected: 1 to " + ID_LENGTH_MAX + " characters", "id");
        }
        return new Somebody(organizationId, hashes.of(organizationId, id));
    }

    private static AuditFilter changesOf(String organizationId, String objectId) {
        return new AuditFilter(organizationId, null, null, objectId, null, null);
    }

    private static StoredClient reached(Principal principal, Optional<StoredClient> found) {
        return found.filter(client -> principal.reaches(client.organizationId()))
                .orElseThrow(() -> new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no such client."));
    }
}

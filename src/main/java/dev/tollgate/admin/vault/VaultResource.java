package dev.tollgate.admin.vault;

import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.pg.Database;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultWalk;
import dev.tollgate.vault.pg.PgVault;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.concurrent.atomic.AtomicReference;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponseSchema;

/** The encryption of secrets at rest, and the change of the master key. */
@Path("/admin/v1/vault")
@Produces(MediaType.APPLICATION_JSON)
public final class VaultResource {
    private static final String TYPE = "vault";

    private final AdminRequest admin;
    private final PgVault store;
    private final Vault vault;

    public VaultResource(AdminRequest admin, PgVault store, Vault vault) {
        this.admin = admin;
        this.store = store;
        this.vault = vault;
    }

    @GET
    @Requires(Permission.VAULT_OPERATE)
    @Operation(summary = "Count secrets by the master key that they are encrypted under")
    public Uni<VaultView> get() {
        return AdminRequest.uni(() -> Database.answer(store.report())).map(report -> VaultView.of(report, vault));
    }

    @POST
    @Path("seal")
    @Requires(Permission.VAULT_OPERATE)
    @Operation(
            summary = "Encrypt all secrets under the current master key",
            description = "Those that are under another one, or stored as they are. It goes on in batches while"
                    + " everything else does; broken off, it goes on where it was with the next call or start.")
    @APIResponseSchema(VaultWalkView.class)
    public Uni<Response> seal() {
        return walk("seal", store::sealAnew);
    }

    @POST
    @Path("verify")
    @Requires(Permission.VAULT_OPERATE)
    @Operation(
            summary = "Prove that all secrets can be decrypted",
            description = "Decrypts every secret and shows none. With `vault.is_current` it proves that the current"
                    + " master key alone is needed.")
    @APIResponseSchema(VaultWalkView.class)
    public Uni<Response> verify() {
        return walk("verify", store::verify);
    }

    private interface Walk {
        Future<VaultWalk> go();
    }

    /** The walk is made before it is recorded, so that no transaction is open for as long as it takes. */
    private Uni<Response> walk(String verb, Walk walk) {
        AtomicReference<JsonObject> walked = new AtomicReference<>();
        Uni<Response> recorded = admin.change(change -> {
            change.record(TYPE + "." + verb, TYPE, TYPE, null, null, walked.get());
            return Future.succeededFuture(Answer.ok(walked.get()));
        });
        return AdminRequest.uni(() -> walk.go()
                        .compose(done ->
                                store.report().map(report -> AdminJson.object(VaultWalkView.of(done, report, vault))))
                        .onSuccess(walked::set))
                .flatMap(_ -> recorded);
    }
}

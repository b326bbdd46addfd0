package dev.tollgate.admin.settings;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Given;
import dev.tollgate.admin.Requires;
import dev.tollgate.settings.pg.PgSettings;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What holds for the requests of a caller, and where each value comes from. */
@Path("/admin/v1/effective-settings")
@Produces(MediaType.APPLICATION_JSON)
public final class EffectiveSettingsResource {
    private final AdminRequest admin;
    private final PgSettings store;

    public EffectiveSettingsResource(AdminRequest admin, PgSettings store) {
        this.admin = admin;
        this.store = store;
    }

    @GET
    @Requires(Permission.SETTINGS_READ)
    @Operation(summary = "Say what holds for the requests of a caller, and where each value comes from")
    public Uni<EffectiveView> read(
            @Parameter(description = "Whose requests; by default those of the token's organization.")
                    @QueryParam("organization_id")
                    @Nullable
                    String organizationId,
            @Parameter(description = "Of which client; left out, of keys of the organization itself.")
                    @QueryParam("client_id")
                    @Nullable
                    String clientId,
            @Parameter(description = "For which feature; left out, for requests without one.")
                    @QueryParam("feature")
                    @Nullable
                    String feature) {
        String organization =
                Given.required("organization_id", admin.principal().scope(organizationId));
        return AdminRequest.uni(() -> store.exists(organization, clientId).compose(exists -> {
                    if (!exists) {
                        throw SettingsChanges.unknown(
                                clientId == null ? "organization_id" : "client_id",
                                clientId == null ? organization : clientId);
                    }
                    return store.of(organization);
                }))
                .map(settings ->
                        EffectiveView.of(organization, clientId, feature, settings.effective(clientId, feature)));
    }
}

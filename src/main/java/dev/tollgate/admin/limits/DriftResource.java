package dev.tollgate.admin.limits;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.limits.pg.PgBudgetUse;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Whether the figures of budgets fit together. */
@Path("/admin/v1/budgets/drift")
@Produces(MediaType.APPLICATION_JSON)
public final class DriftResource {
    private final PgBudgetUse windows;

    public DriftResource(PgBudgetUse windows) {
        this.windows = windows;
    }

    @GET
    @Requires(Permission.LIMITS_OPERATE)
    @Operation(
            summary = "Hold the windows of all budgets against the ledger",
            description = "As of one moment, in one snapshot; empty as long as all is well. It reads the whole ledger.")
    public Uni<Page<DriftView>> check() {
        return AdminRequest.uni(windows::drift)
                .map(drifts -> new Page<>(drifts.stream().map(DriftView::of).toList(), null));
    }
}

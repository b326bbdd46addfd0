package dev.tollgate.admin.limits;

import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.limits.pg.PgBudgetUse;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.rules.WindowUse;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** The windows of a budget: its periods, of each subject. */
@Path("/admin/v1/budgets/{id}/windows")
@Produces(MediaType.APPLICATION_JSON)
public final class WindowsResource {
    private final AdminRequest admin;
    private final PgBudgets budgets;
    private final PgBudgetUse windows;

    public WindowsResource(AdminRequest admin, PgBudgets budgets, PgBudgetUse windows) {
        this.admin = admin;
        this.budgets = budgets;
        this.windows = windows;
    }

    /** Windows, newest first. */
    @GET
    @Requires(Permission.BUDGETS_READ)
    @Operation(
            summary = "List the windows of a budget, newest first",
            description = "There is one as soon as a request was counted in it, or a minute before it begins.")
    public Uni<Page<WindowView>> list(
            @PathParam("id") String id,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @Parameter(description = "Those of this subject.") @QueryParam("subject") @Nullable String subject,
            @Parameter(description = "`open` ones by default, `closed` ones, or `all`.") @QueryParam("state") @Nullable
                    String state) {
        Principal principal = admin.principal();
        Page.Wanted wanted = Page.wanted(limit, cursor);
        Long before = Numbers.cursor(wanted);
        String of = RuleFilters.plain("subject", subject);
        WindowState asked = Choice.of("state", state, WindowState.class, WindowState.OPEN);
        Boolean open = asked == WindowState.ALL ? null : asked == WindowState.OPEN;
        return AdminRequest.uni(() -> budgets.find(id)
                .map(found -> RuleChanges.reached(principal, BudgetsResource.TYPE, found))
                .compose(budget -> windows.list(id, of, open, before, wanted.rows())
                        .map(rows -> Page.of(
                                wanted,
                                rows,
                                window -> WindowView.of(
                                        window, Unit.of(budget.rule().measure())),
                                (WindowUse window) -> Long.toString(window.id())))));
    }
}

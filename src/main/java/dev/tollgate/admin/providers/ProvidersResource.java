package dev.tollgate.admin.providers;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.AccountSpend;
import dev.tollgate.provider.health.HealthReport;
import dev.tollgate.provider.pg.PgAccountSpend;
import dev.tollgate.provider.pg.PgProviderHealth;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jspecify.annotations.Nullable;

/** How accounts at providers do: state, health, latency, what is left of their limits, spend. */
@Path("/admin/v1/providers")
@Produces(MediaType.APPLICATION_JSON)
public final class ProvidersResource {
    private final AdminRequest admin;
    private final ProviderAccountsResource accounts;
    private final AccountHealths healths;
    private final PgProviderHealth reports;
    private final PgAccountSpend spend;
    private final InstantSource clock;

    public ProvidersResource(
            AdminRequest admin,
            ProviderAccountsResource accounts,
            AccountHealths healths,
            PgProviderHealth reports,
            PgAccountSpend spend,
            InstantSource clock) {
        this.admin = admin;
        this.accounts = accounts;
        this.healths = healths;
        this.reports = reports;
        this.spend = spend;
        this.clock = clock;
    }

    @GET
    @Requires(Permission.PROVIDERS_READ)
    @Operation(
            summary = "Show how provider accounts do",
            description =
                    "Status is as all replicas know it, health and quota are as the replica that answers saw them;"
                            + " spend is of this month in UTC.")
    public Uni<Page<ProviderView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId) {
        String scope = admin.principal().scope(organizationId);
        Instant month = month();
        Uni<Map<String, AccountSpend>> spent = AdminRequest.uni(() -> spend.since(month, scope));
        return accounts.list(limit, cursor, organizationId, /* clientId= */ null)
                .flatMap(page -> reports(page)
                        .flatMap(reports -> spent.map(byAccount -> new Page<>(
                                page.data().stream()
                                        .map(account -> ProviderView.of(
                                                account,
                                                reports.get(account.id()),
                                                healths.of(account.id()).look(clock.millis()),
                                                byAccount.getOrDefault(account.id(), AccountSpend.NONE),
                                                month))
                                        .toList(),
                                page.nextCursor()))));
    }

    private Uni<Map<String, HealthReport>> reports(Page<AccountView> page) {
        return AdminRequest.uni(
                () -> reports.reports(page.data().stream().map(AccountView::id).toList()));
    }

    @GET
    @Path("{id}/history")
    @Requires(Permission.PROVIDERS_READ)
    @Operation(
            summary = "List changes of a provider account's state",
            description = "The newest first. They are kept for 90 days, up to a thousand of each account.")
    public Uni<Page<HealthChangeView>> history(
            @PathParam("id") String id,
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        long before = wanted.cursor().isEmpty() ? Long.MAX_VALUE : number(wanted.cursor());
        Future<Void> reached = accounts.mustBeReached(id);
        return AdminRequest.uni(() -> reached.compose(_ -> reports.changes(id, before, wanted.rows())))
                .map(rows -> Page.of(wanted, rows, HealthChangeView::of, change -> Long.toString(change.number())));
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
    }

    private Instant month() {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return now.withDayOfMonth(1).with(LocalTime.MIDNIGHT).toInstant();
    }
}

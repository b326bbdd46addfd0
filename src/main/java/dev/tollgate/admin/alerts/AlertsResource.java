package dev.tollgate.admin.alerts;

import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Page;
import dev.tollgate.admin.Requires;
import dev.tollgate.alerts.AlertFilter;
import dev.tollgate.alerts.Severity;
import dev.tollgate.alerts.pg.PgAlerts;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** What was raised, whether or not somebody was told. */
@Path("/admin/v1/alerts")
@Produces(MediaType.APPLICATION_JSON)
public final class AlertsResource {
    private final AdminRequest admin;
    private final PgAlerts alerts;

    public AlertsResource(AdminRequest admin, PgAlerts alerts) {
        this.admin = admin;
        this.alerts = alerts;
    }

    @GET
    @Requires(Permission.ALERTS_READ)
    @Operation(summary = "List alerts, newest first")
    public Uni<Page<AlertView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "Of this kind alone, or of those that begin so: `budget.*`.")
                    @QueryParam("kind")
                    @Nullable
                    String kind,
            @Parameter(description = "Of this severity or a higher one: `info`, `warning` or `critical`.")
                    @QueryParam("severity_min")
                    @Nullable
                    String severityMin,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        AlertFilter filter = new AlertFilter(
                admin.principal().scope(organizationId),
                kind,
                severity(severityMin),
                time("from", from),
                time("to", to));
        long before = Positions.before(wanted);
        return AdminRequest.uni(() -> alerts.newest(filter, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, AlertView::of, alert -> Long.toString(alert.seq())));
    }

    private static @Nullable Severity severity(@Nullable String label) {
        return label == null
                ? null
                : Severity.of(label)
                        .orElseThrow(
                                () -> invalid("severity_min", "severity_min: expected: info, warning or critical"));
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw invalid(name, name + ": expected: a time of RFC 3339: 2026-11-01T00:00:00Z");
        }
    }

    private static Problem invalid(String name, String message) {
        return new Problem(ProblemCode.INVALID_VALUE, message, name);
    }
}

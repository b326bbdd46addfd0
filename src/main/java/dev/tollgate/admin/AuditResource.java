package dev.tollgate.admin;

import dev.tollgate.access.AuditFilter;
import dev.tollgate.access.AuditRow;
import dev.tollgate.access.AuditVerdict;
import dev.tollgate.access.Permission;
import dev.tollgate.access.pg.PgAuditLog;
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
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The audit log: every change of administration, newest first, and the proof that none was changed. */
@Path("/admin/v1/audit")
@Produces(MediaType.APPLICATION_JSON)
public final class AuditResource {
    private final AdminRequest admin;
    private final PgAuditLog log;

    public AuditResource(AdminRequest admin, PgAuditLog log) {
        this.admin = admin;
        this.log = log;
    }

    /** A line of the log. */
    public record LineView(
            long seq,
            Instant at,
            PrincipalView principal,
            String action,
            String objectType,
            String objectId,
            @Nullable String organizationId,
            @Nullable Map<String, Object> before,
            @Nullable Map<String, Object> after,
            @Nullable Instant erasedAt,
            String hash) {
        static LineView of(AuditRow row) {
            return new LineView(
                    row.seq(),
                    row.at(),
                    new PrincipalView(row.principalId(), row.principalName(), row.principalRole(), row.remoteAddress()),
                    row.action(),
                    row.objectType(),
                    row.objectId(),
                    row.organizationId(),
                    row.before() == null ? null : row.before().getMap(),
                    row.after() == null ? null : row.after().getMap(),
                    row.erasedAt(),
                    row.hash());
        }
    }

    /** Who made a change, and from where. */
    public record PrincipalView(String id, String name, String role, String remoteAddress) {}

    @GET
    @Requires(Permission.AUDIT_READ)
    public Uni<Page<LineView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @QueryParam("principal_id") @Nullable String principalId,
            @QueryParam("action") @Nullable String action,
            @QueryParam("object_id") @Nullable String objectId,
            @QueryParam("from") @Nullable String from,
            @QueryParam("to") @Nullable String to) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        AuditFilter filter = new AuditFilter(
                admin.principal().scope(organizationId),
                principalId,
                action,
                objectId,
                time("from", from),
                time("to", to));
        long before = wanted.cursor().isEmpty() ? Long.MAX_VALUE : seq(wanted.cursor());
        return AdminRequest.uni(() -> log.newest(filter, before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, LineView::of, row -> Long.toString(row.seq())));
    }

    @GET
    @Path("verify")
    @Requires(Permission.AUDIT_VERIFY)
    public Uni<AuditVerdict> verify() {
        return AdminRequest.uni(log::verify);
    }

    private static long seq(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: not a next_cursor", "cursor");
        }
    }

    private static @Nullable Instant time(String name, @Nullable String text) {
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeException e) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, name + ": expected: a time of RFC 3339: 2026-11-01T00:00:00Z", name);
        }
    }
}

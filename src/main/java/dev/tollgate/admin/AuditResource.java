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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
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
    @Schema(example = """
            {"seq": 42, "at": "2026-11-21T12:00:00.123456Z",
             "principal": {"id": "tok_8d0s7q2m5x1c", "name": "Ann", "role": "organization_administrator",
                           "remote_address": "192.0.2.7"},
             "action": "token.revoke", "object_type": "token", "object_id": "tok_2v6b8n1k4j3h",
             "organization_id": "org_4fk2m9x0q7ab",
             "before": {"name": "Bob", "revoked_at": null},
             "after": {"name": "Bob", "revoked_at": "2026-11-21T12:00:00Z"},
             "erased_at": null,
             "hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
            """)
    public record LineView(
            @Schema(description = "Its place in the chain, from 1, without gaps.")
            long seq,

            Instant at,
            PrincipalView principal,
            String action,
            String objectType,
            String objectId,

            @Schema(description = "Whose change it is; null is the platform's.") @Nullable
            String organizationId,

            @Schema(description = "The object before the change, without secrets; null for what is new.") @Nullable
            Map<String, Object> before,

            @Schema(description = "The object after the change, without secrets; null for what is gone.") @Nullable
            Map<String, Object> after,

            @Schema(description = "When before and after were erased, if they were.") @Nullable
            Instant erasedAt,

            @Schema(description = "SHA-256 of the line and of the hash before it, in hexadecimal digits.")
            String hash) {
        public static LineView of(AuditRow row) {
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

    /** What a walk along the chain has found. */
    @Schema(example = """
            {"intact": false, "lines": 17, "erased": 0, "broken_at": 18, "reason": "it was changed", "head_seq": 17,
             "head_hash": "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08"}
            """)
    public record VerdictView(
            boolean intact,

            @Schema(description = "How many lines are right, from the first on.")
            long lines,

            @Schema(description = "How many of them have had their before and after erased.")
            long erased,

            @Schema(description = "The first line that is not what it was.") @Nullable
            Long brokenAt,

            @Nullable String reason,

            @Schema(description = "The last line that is right.")
            long headSeq,

            @Schema(description = "Its hash.") String headHash) {
        static VerdictView of(AuditVerdict verdict) {
            return new VerdictView(
                    verdict.brokenAt() == null,
                    verdict.lines(),
                    verdict.erased(),
                    verdict.brokenAt(),
                    verdict.reason(),
                    verdict.lines(),
                    verdict.headHash());
        }
    }

    /** Who made a change, and from where. */
    public record PrincipalView(String id, String name, String role, String remoteAddress) {}

    @GET
    @Requires(Permission.AUDIT_READ)
    @Operation(summary = "List the lines of the audit log, newest first")
    public Uni<Page<LineView>> list(
            @QueryParam("limit") @DefaultValue("100") String limit,
            @QueryParam("cursor") @Nullable String cursor,
            @QueryParam("organization_id") @Nullable String organizationId,
            @Parameter(description = "Changes of this token alone: `tok_…`, or `root`.")
                    @QueryParam("principal_id")
                    @Nullable
                    String principalId,
            @Parameter(description = "Changes of this kind alone.", example = "key.revoke")
                    @QueryParam("action")
                    @Nullable
                    String action,
            @Parameter(description = "Changes of this object alone.", example = "key_4fk2m9x0q7ab")
                    @QueryParam("object_id")
                    @Nullable
                    String objectId,
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
    @Operation(
            summary = "Verify the whole audit log",
            description = "Walks the chain from its first line to its last and tells the first one that is not what it"
                    + " was. Keep `head_seq` and `head_hash` elsewhere: when line `head_seq` has that hash later, no line"
                    + " before it was changed, not even by someone who made the whole chain anew.")
    public Uni<VerdictView> verify() {
        return AdminRequest.uni(log::verify).map(VerdictView::of);
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

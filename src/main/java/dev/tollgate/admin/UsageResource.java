package dev.tollgate.admin;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.reports.UsageQuestion;
import dev.tollgate.reports.pg.PgUsage;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** Usage and its cost, in periods and groups. */
@Path("/admin/v1/usage")
public final class UsageResource {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1_000;

    /** Where a page of CSV ends can only be told in a header, so one has room for what most people ask. */
    private static final int LINES_MAX = 10_000;

    private final AdminRequest admin;
    private final PgUsage usage;
    private final InstantSource clock;

    public UsageResource(AdminRequest admin, PgUsage usage, InstantSource clock) {
        this.admin = admin;
        this.usage = usage;
        this.clock = clock;
    }

    @GET
    @Produces({MediaType.APPLICATION_JSON, Csv.TYPE})
    @Requires(Permission.USAGE_READ)
    @Operation(
            summary = "Get usage and its cost, in periods and groups",
            description = "Periods, groups, filters, orders and formats are described in docs/reports.md.")
    public Uni<Response> usage(@Context UriInfo uri, @Context HttpHeaders headers) {
        String accept = headers.getHeaderString(HttpHeaders.ACCEPT);
        Query query = new Query(uri.getQueryParameters(), UsageQuery.parameters());
        boolean csv = Format.of(query, accept, Format.JSON, Format.CSV) == Format.CSV;
        boolean pages = query.one("limit") != null || query.one("cursor") != null;
        int limit = csv ? query.limit(LINES_MAX, LINES_MAX) : query.limit(LIMIT, LIMIT_MAX);
        Principal principal = admin.principal();
        UsageQuestion question = new UsageQuery(query).read(principal, clock.instant(), limit);
        return AdminRequest.uni(() -> usage.ask(question)).map(answer -> {
            UsageView view = new UsageView(question, answer);
            return csv ? csv(view, pages) : json(view);
        });
    }

    private static Response json(UsageView view) {
        try {
            return Response.ok(AdminJson.MAPPER.writeValueAsString(view.json()), MediaType.APPLICATION_JSON)
                    .header(HttpHeaders.CACHE_CONTROL, "no-store")
                    .build();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Nobody shall take a part for the whole: without a limit of the asker's own everything is told, or nothing. */
    private static Response csv(UsageView view, boolean pages) {
        String next = view.nextCursor();
        if (next != null && !pages) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "limit: more than " + LINES_MAX + " lines (expected: fewer periods or groups, or a limit, and the"
                            + " pages after it by the header " + Format.NEXT_CURSOR + ")",
                    "limit");
        }
        return Response.ok(view.csv(), Csv.TYPE + ";charset=utf-8")
                .header(HttpHeaders.CACHE_CONTROL, "no-store")
                .header(Format.NEXT_CURSOR, next)
                .build();
    }
}

package dev.tollgate.admin;

import dev.tollgate.access.Permission;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.reports.Entry;
import dev.tollgate.reports.EntryFilter;
import dev.tollgate.reports.EntryQuestion;
import dev.tollgate.reports.Figures;
import dev.tollgate.reports.QuarantinedEntry;
import dev.tollgate.reports.pg.PgEntries;
import dev.tollgate.reports.pg.PgExports;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.UriInfo;
import java.math.BigInteger;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.jboss.resteasy.reactive.RestMulti;
import org.jspecify.annotations.Nullable;

/** The ledger's entries: pages of them, those of one request, all of them as a stream, and those that it can't take. */
@Path("/admin/v1/ledger")
@Produces(MediaType.APPLICATION_JSON)
public final class LedgerResource {
    private static final int LIMIT = 100;
    private static final int LIMIT_MAX = 1_000;

    /** More corrections of one request than there ever are. */
    private static final int SEQ_MAX = 10_000;

    private final AdminRequest admin;
    private final PgEntries entries;
    private final PgExports exports;

    public LedgerResource(AdminRequest admin, PgEntries entries, PgExports exports) {
        this.admin = admin;
        this.entries = entries;
        this.exports = exports;
    }

    /** A page of entries. */
    @GET
    @Requires(Permission.LEDGER_READ)
    @Operation(
            summary = "List ledger entries, newest first",
            description = "Filters and orders are described in docs/reports.md.")
    public Uni<String> entries(@Context UriInfo uri) {
        Query query = new Query(uri.getQueryParameters(), EntryQuery.parameters());
        int limit = query.limit(LIMIT, LIMIT_MAX);
        EntryQuestion question = new EntryQuery(query).read(admin.principal());
        return AdminRequest.uni(() -> entries.find(question, limit + 1)).map(found -> page(found, limit));
    }

    /** The entries of one request: its own, and the corrections after it. */
    @GET
    @Path("{id}")
    @Requires(Permission.LEDGER_READ)
    @Operation(summary = "Get the entries of one request: its own, and the corrections after it")
    public Uni<String> entry(@PathParam("id") String id) {
        UUID requestId = EntryQuery.requestId(id);
        String own = admin.principal().organizationId();
        EntryQuestion question = new EntryQuestion(
                null,
                null,
                requestId,
                own == null ? Map.of() : Map.of(EntryFilter.ORGANIZATION, List.of(own)),
                Map.of(),
                null,
                /* oldestFirst= */ true,
                null);
        return AdminRequest.uni(() -> entries.find(question, SEQ_MAX)).map(found -> request(requestId, found));
    }

    /** All entries that are asked for, as they come out of the database. */
    @GET
    @Path("export")
    @Produces(MediaType.APPLICATION_OCTET_STREAM)
    @Requires(Permission.LEDGER_READ)
    @Operation(
            summary = "Export ledger entries as a stream of JSON lines or CSV",
            description = "Filters, orders and formats are described in docs/reports.md.")
    public RestMulti<byte[]> export(@Context UriInfo uri, @Context HttpHeaders headers) {
        String acceptEncoding = headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING);
        Query query = new Query(uri.getQueryParameters(), EntryQuery.parameters());
        Format format = Format.of(query, headers.getHeaderString(HttpHeaders.ACCEPT), Format.NDJSON, Format.CSV);
        boolean csv = format == Format.CSV;
        boolean gzip = acceptEncoding != null
                && acceptEncoding.toLowerCase(Locale.ROOT).contains("gzip");
        EntryQuestion question = new EntryQuery(query).read(admin.principal());
        return RestMulti.fromUniResponse(
                AdminRequest.uni(() -> exports.open(question, csv)),
                export -> new ExportBody(export, csv, gzip).chunks(),
                _ -> headers(format, gzip));
    }

    /** Entries that the ledger can't take. What isn't booked can't be told by its organization. */
    @GET
    @Path("quarantine")
    @Requires(Permission.QUARANTINE_READ)
    @Operation(summary = "List entries that the ledger could not take, newest first")
    public Uni<Page<QuarantinedEntry>> quarantine(
            @QueryParam("limit") @DefaultValue("100") String limit, @QueryParam("cursor") @Nullable String cursor) {
        Page.Wanted wanted = Page.wanted(limit, cursor);
        long before = wanted.cursor().isEmpty() ? Long.MAX_VALUE : number(wanted.cursor());
        return AdminRequest.uni(() -> entries.quarantined(before, wanted.rows()))
                .map(rows -> Page.of(wanted, rows, Function.identity(), entry -> Long.toString(entry.id())));
    }

    private static String page(List<Entry> found, int limit) {
        boolean more = found.size() > limit;
        List<Entry> shown = more ? found.subList(0, limit) : found;
        String next = more ? "\"" + shown.getLast().position() + "\"" : "null";
        return "{\"data\":" + array(shown) + ",\"next_cursor\":" + next + "}";
    }

    private static String request(UUID requestId, List<Entry> found) {
        if (found.isEmpty()) {
            throw new Problem(ProblemCode.OBJECT_NOT_FOUND, "The ledger has no such request.", "request_id");
        }
        return "{\"request_id\":\"%s\",\"currency\":\"USD\",\"provider_cost\":\"%s\",\"charge\":\"%s\",\"data\":%s}"
                .formatted(
                        new RequestId(requestId),
                        sum(found, entry -> entry.providerCost().nanos()),
                        sum(found, entry -> entry.charge().nanos()),
                        array(found));
    }

    private static String sum(List<Entry> entries, Function<Entry, Long> nanos) {
        return Figures.dollars(entries.stream()
                .map(entry -> BigInteger.valueOf(nanos.apply(entry)))
                .reduce(BigInteger.ZERO, BigInteger::add));
    }

    private static String array(List<Entry> entries) {
        return entries.stream().map(Entry::json).collect(Collectors.joining(",", "[", "]"));
    }

    private static Map<String, List<String>> headers(Format format, boolean gzip) {
        Map<String, List<String>> headers = new LinkedHashMap<>();
        headers.put(HttpHeaders.CONTENT_TYPE, List.of(format.type() + ";charset=utf-8"));
        headers.put(HttpHeaders.CACHE_CONTROL, List.of("no-store"));
        headers.put(HttpHeaders.VARY, List.of("accept, accept-encoding"));
        if (gzip) {
            headers.put(HttpHeaders.CONTENT_ENCODING, List.of("gzip"));
        }
        return headers;
    }

    private static long number(String cursor) {
        try {
            return Long.parseLong(cursor);
        } catch (NumberFormatException e) {
            throw Query.invalid("cursor", "not a next_cursor");
        }
    }
}

package dev.tollgate.admin;

import dev.tollgate.access.Permission;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.LedgerRow;
import dev.tollgate.ledger.pg.PgLedgerReports;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The ledger's entries, newest first. */
@Path("/admin/v1/ledger")
@Produces(MediaType.APPLICATION_JSON)
public final class LedgerResource {
    private static final int LIMIT_MAX = 1_000;
    private static final UUID NEWEST = new UUID(-1L, -1L);

    private final AdminRequest admin;
    private final PgLedgerReports reports;

    public LedgerResource(AdminRequest admin, PgLedgerReports reports) {
        this.admin = admin;
        this.reports = reports;
    }

    /**
     * A page of entries.
     *
     * @param limitText entries of a page, 1 to 1,000
     * @param cursor the {@code next_cursor} of the page before
     */
    @GET
    @Requires(Permission.LEDGER_READ)
    public Uni<String> entries(
            @QueryParam("limit") @DefaultValue("100") String limitText, @QueryParam("cursor") @Nullable String cursor) {
        int limit = limit(limitText);
        UUID before = cursor == null ? NEWEST : cursor(cursor);
        String organization = admin.principal().scope(null);
        return AdminRequest.uni(() -> Database.answer(reports.newest(organization, limit, before)))
                .map(rows -> page(rows, limit));
    }

    private static int limit(String text) {
        try {
            int limit = Integer.parseInt(text);
            if (limit >= 1 && limit <= LIMIT_MAX) {
                return limit;
            }
        } catch (NumberFormatException e) {
            // told below, like every other limit that is out of range
        }
        throw new Problem(ProblemCode.INVALID_VALUE, "limit: " + text + " (expected: 1.." + LIMIT_MAX + ")", "limit");
    }

    private static UUID cursor(String text) {
        try {
            return UUID.fromString(text);
        } catch (IllegalArgumentException e) {
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: " + text + " (expected: a next_cursor)", "cursor");
        }
    }

    private static String page(List<LedgerRow> rows, int limit) {
        JsonArray data = new JsonArray();
        for (LedgerRow row : rows) {
            data.add(entry(row));
        }
        String next = rows.size() < limit ? null : rows.getLast().requestId().toString();
        return new JsonObject().put("data", data).put("next_cursor", next).encode();
    }

    /** Money leaves as decimal dollars, and the id in the form that callers know. */
    private static JsonObject entry(LedgerRow row) {
        JsonObject entry = row.columns().copy();
        entry.put("request_id", new RequestId(row.requestId()).toString());
        entry.put("provider_cost", new Money(entry.getLong("provider_cost")).toDollars());
        entry.put("charge", new Money(entry.getLong("charge")).toDollars());
        return entry;
    }
}

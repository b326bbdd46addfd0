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
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.enums.SchemaType;
import org.eclipse.microprofile.openapi.annotations.media.Content;
import org.eclipse.microprofile.openapi.annotations.media.ExampleObject;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The ledger's entries, newest first. */
@Path("/admin/v1/ledger")
@Produces(MediaType.APPLICATION_JSON)
public final class LedgerResource {
    private static final int LIMIT_MAX = 1_000;
    private static final List<String> MONEY = List.of("provider_cost", "charge", "baseline_cost");
    private static final Place NEWEST = new Place(new UUID(-1L, -1L), 0);

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
    @Operation(summary = "List ledger entries, newest first")
    @APIResponse(
            responseCode = "200",
            description = "A page of entries.",
            content =
                    @Content(
                            mediaType = MediaType.APPLICATION_JSON,
                            schema = @Schema(type = SchemaType.OBJECT),
                            examples = @ExampleObject(name = "page", value = """
                                            {"data": [{"request_id": "req_019a1b2c3d4e7f8091a2b3c4d5e6f708",
                                                       "organization_id": "org_4fk2m9x0q7ab", "operation": "chat",
                                                       "model_served": "gpt-4o-mini", "usage": {"input": 12, "output": 40},
                                                       "currency": "USD", "provider_cost": "0.0000258",
                                                       "charge": "0.0000258", "outcome": "ok", "status": 200}],
                                             "next_cursor": null}
                                            """)))
    public Uni<String> entries(
            @QueryParam("limit") @DefaultValue("100") String limitText, @QueryParam("cursor") @Nullable String cursor) {
        int limit = limit(limitText);
        Place before = cursor == null ? NEWEST : Place.parse(cursor);
        String organization = admin.principal().scope(null);
        return AdminRequest.uni(() -> Database.answer(reports.newest(organization, limit, before.id, before.seq)))
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

    /** An entry's place in the order: its id, and which of the entries with this id it is. */
    private record Place(UUID id, int seq) {
        static Place parse(String cursor) {
            try {
                int dot = cursor.indexOf('.');
                if (dot > 0) {
                    return new Place(
                            UUID.fromString(cursor.substring(0, dot)), Short.parseShort(cursor.substring(dot + 1)));
                }
            } catch (IllegalArgumentException e) {
                // told below, like every other cursor that is none
            }
            throw new Problem(ProblemCode.INVALID_VALUE, "cursor: " + cursor + " (expected: a next_cursor)", "cursor");
        }

        static Place of(LedgerRow row) {
            return new Place(row.requestId(), row.seq());
        }

        @Override
        public String toString() {
            return id + "." + seq;
        }
    }

    private static String page(List<LedgerRow> rows, int limit) {
        JsonArray data = new JsonArray();
        for (LedgerRow row : rows) {
            data.add(entry(row));
        }
        String next = rows.size() < limit ? null : Place.of(rows.getLast()).toString();
        return new JsonObject().put("data", data).put("next_cursor", next).encode();
    }

    /** Money leaves as decimal dollars, and ids in the form that callers know. */
    private static JsonObject entry(LedgerRow row) {
        JsonObject entry = row.columns().copy();
        entry.put("request_id", new RequestId(row.requestId()).toString());
        String parentId = entry.getString("parent_id");
        if (parentId != null) {
            entry.put("parent_id", new RequestId(UUID.fromString(parentId)).toString());
        }
        MONEY.forEach(column -> putDollars(entry, column));
        JsonObject savings = entry.getJsonObject("savings");
        if (savings != null) {
            List.copyOf(savings.fieldNames()).forEach(cause -> putDollars(savings, cause));
        }
        return entry;
    }

    private static void putDollars(JsonObject json, String member) {
        json.put(member, new Money(json.getLong(member)).toDollars());
    }
}

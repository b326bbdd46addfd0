package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.access.pg.Database;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.rating.pg.PgAccountingMonths;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.DateTimeException;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** The months of the accounts, in UTC. */
@Path("/admin/v1/accounting/months")
@Produces(MediaType.APPLICATION_JSON)
public final class AccountingMonthsResource {
    private final AdminRequest admin;
    private final PgAccountingMonths months;
    private final InstantSource clock;

    public AccountingMonthsResource(AdminRequest admin, PgAccountingMonths months, InstantSource clock) {
        this.admin = admin;
        this.months = months;
        this.clock = clock;
    }

    /** The months that were closed, the last one first. */
    @GET
    @Requires(Permission.PRICES_READ)
    @Operation(summary = "List the months whose accounts are closed")
    @APIResponse(responseCode = "200", description = "The last one first.")
    public Uni<String> closed() {
        return AdminRequest.uni(() -> Database.answer(months.closed())).map(closed -> {
            ObjectNode answer = Json.object();
            ArrayNode data = answer.putArray("data");
            closed.forEach(month -> data.addObject()
                    .put("month", month.month().toString())
                    .put("closed_at", month.at().toString())
                    .put("closed_by", month.by()));
            return answer.putNull("next_cursor").toString();
        });
    }

    /** Closes a month that has ended, and all before it, for good. */
    @POST
    @Path("{month}/close")
    @Requires(Permission.PRICES_WRITE)
    @Operation(summary = "Close the accounts of a month and of all before it, for good")
    @APIResponse(responseCode = "200", description = "It is closed.")
    public Uni<Response> close(@PathParam("month") String text) {
        YearMonth month = month(text);
        return admin.change(change -> months.close(change, month).map(closed -> {
            JsonObject view = new JsonObject().put("month", month.toString()).put("closed", true);
            if (closed) {
                change.record("accounting_month.close", "accounting_month", month.toString(), null, null, view);
            } else {
                change.nothingChanged();
            }
            return Answer.ok(view);
        }));
    }

    private YearMonth month(String text) {
        try {
            YearMonth month = YearMonth.parse(text);
            if (month.isBefore(YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC)))) {
                return month;
            }
        } catch (DateTimeException e) {
            // told below, like every other month that can't be closed
        }
        throw new Problem(
                ProblemCode.INVALID_VALUE,
                "month: " + text + " (expected: one that has ended, such as 2026-10)",
                "month");
    }
}

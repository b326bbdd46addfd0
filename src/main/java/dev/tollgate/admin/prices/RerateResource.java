package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.access.Permission;
import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Changes;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.RerateReport;
import dev.tollgate.rating.RerateRequest;
import dev.tollgate.rating.Rerating;
import dev.tollgate.rating.pg.PgRerating;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** Prices requests of the past again, after a preview. */
@Path("/admin/v1/prices/rerate")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class RerateResource {
    private final AdminRequest admin;
    private final PricesInForce prices;
    private final PriceFeed feed;
    private final PgRerating ledger;
    private final Changes changes;
    private final InstantSource clock;

    public RerateResource(
            AdminRequest admin,
            PricesInForce prices,
            PriceFeed feed,
            PgRerating ledger,
            Changes changes,
            InstantSource clock) {
        this.admin = admin;
        this.prices = prices;
        this.feed = feed;
        this.ledger = ledger;
        this.changes = changes;
        this.clock = clock;
    }

    /**
     * Without a token: what pricing again would come to, and the token that carries it out. With a token: carries it out,
     * unless something has changed since. Doing it again changes nothing.
     */
    @POST
    @Requires(Permission.PRICES_WRITE)
    @Operation(
            summary = "Price requests of the past again, after a preview",
            description = "Without a token it is a preview, whose token carries it out.")
    @APIResponse(responseCode = "200", description = "What is adjusted, or would be.")
    public Uni<String> rerate(byte[] text) {
        JsonPlace body = Json.body(text);
        RerateRequest request = Json.understood(() -> RerateRequest.read(body, clock.instant()));
        Principal who = admin.principal();
        return AdminRequest.uni(() -> feed.refresh().compose(_ -> {
            Rerating rerating = Json.understood(() -> new Rerating(prices, request));
            return ledger.preview(request, rerating).compose(preview -> {
                String token = preview.token(request);
                if (request.token() == null) {
                    return Future.succeededFuture(json(preview, token).toString());
                }
                if (preview.total().entries() > 0 && !token.equals(request.token())) {
                    return Future.failedFuture(new Problem(
                            ProblemCode.CONFLICT,
                            "Prices or entries have changed since the preview; look at another one.",
                            "token"));
                }
                return changes.make(who, change -> {
                            JsonObject planned = Json.vertx(json(preview, token));
                            change.record("price.rerate", "rerating", token, request.organizationId(), null, planned);
                            return Future.succeededFuture(planned);
                        })
                        .compose(_ -> ledger.execute(request, rerating))
                        .map(done -> json(done, null).toString());
            });
        }));
    }

    private static ObjectNode json(RerateReport report, @Nullable String token) {
        ObjectNode json = Json.object().put("preview", token != null).put("token", token);
        json.put("adjusted", report.total().entries()).put("unchanged", report.unchanged());
        ObjectNode skipped = json.putObject("skipped");
        report.skipped().forEach(skipped::put);
        json.put("currency", "USD");
        differences(json, report.total());
        ArrayNode data = json.putArray("data");
        report.lines().forEach((place, line) -> {
            ObjectNode each = data.addObject()
                    .put("organization_id", place.organizationId())
                    .put("model", place.model())
                    .put("adjusted", line.entries());
            differences(each, line);
        });
        return json;
    }

    private static void differences(ObjectNode json, RerateReport.Line line) {
        json.put("provider_cost_difference", line.providerCost().toDollars())
                .put("charge_difference", line.charge().toDollars());
    }
}

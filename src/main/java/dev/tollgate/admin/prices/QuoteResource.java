package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.QuoteJson;
import dev.tollgate.rating.QuoteRequest;
import dev.tollgate.rating.QuoteRequest.Written;
import dev.tollgate.rating.Quotes;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;

/** What a request would cost. */
@Path("/admin/v1/prices/quote")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class QuoteResource {
    private final AdminRequest admin;
    private final Quotes quotes;
    private final InstantSource clock;

    public QuoteResource(AdminRequest admin, PricesInForce prices, InstantSource clock) {
        this.admin = admin;
        this.quotes = new Quotes(prices);
        this.clock = clock;
    }

    /** The cost of a request, or of counts per meter, with each of some models. */
    @POST
    @Requires(Permission.PRICES_READ)
    @Operation(
            summary = "Say what a request, or counts per meter, would cost with each of some models",
            description = "Changes nothing. The `charge` is that of the organization's terms.")
    public String quote(byte[] text) {
        JsonPlace body = Json.body(text);
        QuoteRequest asked = Json.understood(() -> QuoteRequest.read(body));
        QuoteRequest request = asked.of(admin.principal().scope(asked.organizationId()));
        ObjectNode answer = Json.object()
                .put("organization", request.organizationId())
                .put("at", clock.instant().toString())
                .put("currency", "USD");
        if (request.asked() instanceof Written written) {
            ArrayNode unseen = answer.putArray("not_counted");
            written.unseen().forEach(unseen::add);
            answer.put(
                    "method",
                    "estimate: counted as OpenAI's models cut text, to which others are near; upper: one token for each byte of the request,"
                            + " or the model's largest input where something in it is not text");
        }
        ArrayNode data = answer.putArray("data");
        for (Quotes.Candidate candidate : quotes.of(request, clock.millis())) {
            data.add(QuoteJson.of(candidate));
        }
        return answer.toString();
    }
}

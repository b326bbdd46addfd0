package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.rating.TermsRequest;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;

/** What an organization has agreed to pay instead of the list price. */
@Path("/admin/v1/organizations/{organization}/terms")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TermsResource {
    private final PgPrices store;
    private final PriceFeed feed;
    private final InstantSource clock;

    public TermsResource(PgPrices store, PriceFeed feed, InstantSource clock) {
        this.store = store;
        this.feed = feed;
        this.clock = clock;
    }

    /** Every version of the organization's terms, the newest first. */
    @GET
    public Uni<String> versions(@PathParam("organization") String organizationId) {
        return PricesResource.uni(store.hasOrganization(organizationId)
                .compose(
                        exists -> exists ? store.termsOf(organizationId) : Future.failedFuture(unknown(organizationId)))
                .map(records -> {
                    ObjectNode answer = Json.object();
                    ArrayNode data = answer.putArray("data");
                    records.forEach(record -> data.add(PriceJson.terms(record)));
                    return answer.putNull("next_cursor").toString();
                }));
    }

    /** Puts other terms in place of those before, from now or from later on. */
    @POST
    public Uni<Response> add(@PathParam("organization") String organizationId, String text) {
        JsonPlace body = Json.body(text);
        TermsRequest request = Json.understood(() -> TermsRequest.read(body, clock.instant()));
        return PricesResource.uni(store.addTerms(
                        organizationId, request.effectiveFrom(), request.terms(), request.note(), "admin")
                .compose(added -> added.isEmpty()
                        ? Future.failedFuture(unknown(organizationId))
                        : feed.refresh()
                                .compose(_ -> feed.refreshVolumes())
                                .map(_ -> Response.status(201)
                                        .entity(PriceJson.terms(added.get()).toString())
                                        .build())));
    }

    private static Problem unknown(String organizationId) {
        return new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no organization " + organizationId + ".");
    }
}

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
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.rating.TermsRecord;
import dev.tollgate.rating.TermsRequest;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.InstantSource;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;

/** What an organization has agreed to pay instead of the list price. */
@Path("/admin/v1/organizations/{organization}/terms")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class TermsResource {
    private final AdminRequest admin;
    private final PgPrices store;
    private final PriceFeed feed;
    private final InstantSource clock;

    public TermsResource(AdminRequest admin, PgPrices store, PriceFeed feed, InstantSource clock) {
        this.admin = admin;
        this.store = store;
        this.feed = feed;
        this.clock = clock;
    }

    /** Every version of the organization's terms, the newest first. */
    @GET
    @Requires(Permission.PRICES_READ)
    @Operation(summary = "List every version of an organization's terms, newest first")
    public Uni<String> versions(@PathParam("organization") String organizationId) {
        admin.principal().mustReach(organizationId);
        return AdminRequest.uni(() -> Database.answer(store.hasOrganization(organizationId)
                        .compose(exists ->
                                exists ? store.termsOf(organizationId) : Future.failedFuture(unknown(organizationId)))))
                .map(records -> {
                    ObjectNode answer = Json.object();
                    ArrayNode data = answer.putArray("data");
                    records.forEach(record -> data.add(PriceJson.terms(record)));
                    return answer.putNull("next_cursor").toString();
                });
    }

    /** Puts other terms in place of those before, from now or from later on. */
    @POST
    @Requires(Permission.ORGANIZATIONS_MANAGE)
    @Operation(summary = "Put other terms in place of those before, from now or from later on")
    @APIResponse(responseCode = "201", description = "They were added.")
    public Uni<Response> add(@PathParam("organization") String organizationId, byte[] text) {
        JsonPlace body = Json.body(text);
        TermsRequest request = Json.understood(() -> TermsRequest.read(body, clock.instant()));
        return admin.change(change -> store.addTerms(
                                change, organizationId, request.effectiveFrom(), request.terms(), request.note())
                        .map(added -> {
                            TermsRecord terms = added.orElseThrow(() -> unknown(organizationId));
                            JsonObject view = Json.vertx(PriceJson.terms(terms));
                            change.record("terms.add", "terms", terms.id(), organizationId, null, view);
                            return new Answer(201, view, null, null, /* secret= */ false);
                        }))
                .call(() -> AdminRequest.uni(() -> feed.refresh().compose(_ -> feed.refreshVolumes())));
    }

    private static Problem unknown(String organizationId) {
        return new Problem(ProblemCode.OBJECT_NOT_FOUND, "There is no organization " + organizationId + ".");
    }
}

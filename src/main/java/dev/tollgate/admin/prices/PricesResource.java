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
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceHistory;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.NewPrice;
import dev.tollgate.rating.Origin;
import dev.tollgate.rating.PriceRecord;
import dev.tollgate.rating.PriceRequest;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.mutiny.Uni;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Set;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.eclipse.microprofile.openapi.annotations.responses.APIResponse;
import org.jspecify.annotations.Nullable;

/** The prices in force, their versions, and new ones. */
@Path("/admin/v1/prices")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PricesResource {
    private static final int LIMIT_MAX = 1_000;
    private static final Set<String> WITHDRAWAL = Set.of("provider", "model", "number");

    private final AdminRequest admin;
    private final PricesInForce prices;
    private final PgPrices store;
    private final PriceFeed feed;
    private final InstantSource clock;

    public PricesResource(
            AdminRequest admin, PricesInForce prices, PgPrices store, PriceFeed feed, InstantSource clock) {
        this.admin = admin;
        this.prices = prices;
        this.store = store;
        this.feed = feed;
        this.clock = clock;
    }

    /**
     * A page of the prices in force, by provider and model.
     *
     * @param at the instant at which they are in force; now where it is not given
     * @param unverified only those that no second source has confirmed
     * @param cursor the {@code next_cursor} of the page before
     */
    @GET
    @Requires(Permission.PRICES_READ)
    @Operation(summary = "List the prices in force, by provider and model")
    public String inForce(
            @Parameter(description = "Of this provider alone.", example = "openai") @QueryParam("provider") @Nullable
                    String provider,
            @Parameter(description = "Of this model alone, under any of its names.", example = "gpt-4o-mini")
                    @QueryParam("model")
                    @Nullable
                    String model,
            @Parameter(description = "In force at this instant; now by default.", example = "2026-11-01T00:00:00Z")
                    @QueryParam("at")
                    @Nullable
                    String at,
            @Parameter(description = "Only those that no second source has confirmed.")
                    @QueryParam("unverified")
                    @DefaultValue("false")
                    boolean unverified,
            @QueryParam("limit") @DefaultValue("100") int limit,
            @QueryParam("cursor") @Nullable String cursor) {
        if (limit < 1 || limit > LIMIT_MAX) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE, "limit: " + limit + " (expected: 1.." + LIMIT_MAX + ")", "limit");
        }
        long instant = at == null ? clock.millis() : instant("at", at).toEpochMilli();
        ObjectNode page = Json.object();
        ArrayNode data = page.putArray("data");
        String last = null;
        for (PriceHistory history : prices.book().all()) {
            String place = history.provider() + "/" + history.model();
            ModelPrice price = history.at(instant);
            if (price == null
                    || (provider != null && !provider.equals(history.provider()))
                    || (model != null && prices.book().history(history.provider(), model) != history)
                    || (unverified && price.verified() != null)
                    || (cursor != null && place.compareTo(cursor) <= 0)) {
                continue;
            }
            if (data.size() == limit) {
                return page.put("next_cursor", last).toString();
            }
            data.add(PriceJson.inForce(history, price, prices.isDeclared(history.provider(), history.model())));
            last = place;
        }
        return page.putNull("next_cursor").toString();
    }

    /** Every version of a model that was added, the newest first. */
    @GET
    @Requires(Permission.PRICES_READ)
    @Path("versions")
    @Operation(summary = "List every version of a model's price that was added, newest first")
    public Uni<String> versions(
            @Parameter(description = "Needed.", example = "openai") @QueryParam("provider") @Nullable String provider,
            @Parameter(description = "Needed.", example = "gpt-4o-mini") @QueryParam("model") @Nullable String model) {
        if (provider == null || model == null) {
            throw new Problem(
                    ProblemCode.MISSING_VALUE, "provider and model: one is missing (expected: both)", "provider");
        }
        return AdminRequest.uni(() -> Database.answer(store.versions(provider, model)))
                .map(records -> {
                    ObjectNode answer = Json.object();
                    ArrayNode data = answer.putArray("data");
                    records.forEach(record -> data.add(json(record)));
                    return answer.putNull("next_cursor").toString();
                });
    }

    /** Adds a price that holds from now or from later on. */
    @POST
    @Requires(Permission.PRICES_WRITE)
    @Operation(summary = "Add a price that holds from now or from later on")
    @APIResponse(responseCode = "201", description = "It was added.")
    public Uni<Response> add(byte[] body) {
        return add(body, Origin.VERSION);
    }

    /** Adds a price that held already, from then on. Entries keep what they were priced with until they are re-rated. */
    @POST
    @Requires(Permission.PRICES_WRITE)
    @Path("corrections")
    @Operation(
            summary = "Correct a price that held already",
            description = "Entries keep what they were priced with until they are re-rated.")
    @APIResponse(responseCode = "201", description = "It was added.")
    public Uni<Response> correct(byte[] body) {
        return add(body, Origin.CORRECTION);
    }

    /** Takes back a version that has not begun. */
    @POST
    @Requires(Permission.PRICES_WRITE)
    @Path("withdrawals")
    @Operation(summary = "Take back a version that has not begun")
    public Uni<Response> withdraw(byte[] text) {
        JsonPlace body = Json.body(text);
        PriceRecord asked = Json.understood(() -> {
            body.allowOnly(WITHDRAWAL);
            NewPrice named = new NewPrice(
                    body.get("provider").text(),
                    body.get("model").text(),
                    Origin.VERSION,
                    Instant.EPOCH,
                    null,
                    "",
                    "",
                    null);
            return new PriceRecord(named, Math.toIntExact(body.get("number").count()), Instant.EPOCH, "", null);
        });
        return changed(admin.change(change -> store.withdraw(
                        change, asked.added().provider(), asked.added().model(), asked.number(), clock.instant())
                .map(found -> {
                    PriceRecord record = found.orElseThrow(() -> new Problem(
                            ProblemCode.OBJECT_NOT_FOUND,
                            "There is no version " + asked.id() + " that is still to begin. One that has begun is"
                                    + " followed by another one."));
                    JsonObject view = Json.vertx(PriceJson.version(record));
                    change.record("price.withdraw", "price", record.id(), null, null, view);
                    return Answer.ok(view);
                })));
    }

    private Uni<Response> add(byte[] text, Origin origin) {
        JsonPlace body = Json.body(text);
        NewPrice price = Json.understood(() -> PriceRequest.read(body, origin, prices, clock.instant()));
        return changed(admin.change(change -> store.add(change, List.of(price)).map(added -> {
            PriceRecord record = added.getFirst();
            JsonObject view = Json.vertx(PriceJson.version(record));
            change.record("price.add", "price", record.id(), null, null, view);
            return new Answer(201, view, null, null, /* secret= */ false);
        })));
    }

    /** What was committed is in force here before it is answered, and elsewhere within half a second. */
    private Uni<Response> changed(Uni<Response> change) {
        return change.call(() -> AdminRequest.uni(feed::refresh));
    }

    private ObjectNode json(PriceRecord record) {
        NewPrice added = record.added();
        Instant now = clock.instant();
        return PriceJson.version(record, now, prices.book().find(added.provider(), added.model(), now.toEpochMilli()));
    }

    static Instant instant(String name, String text) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    name + ": " + text + " (expected: a time such as 2026-11-01T00:00:00Z)",
                    name);
        }
    }
}

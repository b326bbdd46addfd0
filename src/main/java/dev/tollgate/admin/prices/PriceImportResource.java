package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.access.Answer;
import dev.tollgate.access.Permission;
import dev.tollgate.admin.AdminRequest;
import dev.tollgate.admin.Requires;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.NewPrice;
import dev.tollgate.rating.PriceImport;
import dev.tollgate.rating.PriceImport.Fate;
import dev.tollgate.rating.PriceRecord;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.microprofile.openapi.annotations.Operation;
import org.eclipse.microprofile.openapi.annotations.parameters.Parameter;
import org.jspecify.annotations.Nullable;

/** Imports somebody's price list, or says what that would do. */
@Path("/admin/v1/prices/import")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PriceImportResource {
    private static final String LITELLM = "litellm";

    private final AdminRequest admin;
    private final PricesInForce prices;
    private final PgPrices store;
    private final PriceFeed feed;
    private final InstantSource clock;

    public PriceImportResource(
            AdminRequest admin, PricesInForce prices, PgPrices store, PriceFeed feed, InstantSource clock) {
        this.admin = admin;
        this.prices = prices;
        this.store = store;
        this.feed = feed;
        this.clock = clock;
    }

    /**
     * Imports a list, all of it in one transaction.
     *
     * @param format {@code litellm}
     * @param dryRun only says what would be done
     * @param providers those to take, separated by commas; the ones that Tollgate has prices of where it is not given
     * @param effectiveFrom from when on the prices hold; now where it is not given
     */
    @POST
    @Requires(Permission.PRICES_WRITE)
    @Blocking // because a list of thousands of models is read for longer than an event loop has time
    @Operation(
            summary = "Import a price list, whole or not at all, or say what that would do",
            description = "The body is LiteLLM's `model_prices_and_context_window.json`, or a part of it.")
    public Uni<Response> importList(
            byte[] body,
            @Parameter(description = "The list's format.", example = "litellm") @QueryParam("format") @Nullable
                    String format,
            @Parameter(description = "Only says what would be done.") @QueryParam("dry_run") @DefaultValue("false")
                    boolean dryRun,
            @Parameter(
                            description = "Those to take, separated by commas; by default those that have prices.",
                            example = "openai,mistral")
                    @QueryParam("providers")
                    @Nullable
                    String providers,
            @Parameter(description = "From when on the prices hold; now by default.", example = "2026-12-01T00:00:00Z")
                    @QueryParam("effective_from")
                    @Nullable
                    String effectiveFrom) {
        if (!LITELLM.equals(format)) {
            throw new Problem(ProblemCode.INVALID_VALUE, "format: " + format + " (expected: litellm)", "format");
        }
        Instant from = from(effectiveFrom);
        JsonNode list = Json.tree(body);
        PriceImport plan = Json.understood(() -> PriceImport.ofLiteLlm(list, wanted(providers), prices, from));
        List<NewPrice> additions = plan.additions();
        JsonObject report = Json.vertx(report(plan, dryRun, from));
        if (dryRun || additions.isEmpty()) {
            return admin.answer(() -> Future.succeededFuture(Answer.ok(report)));
        }
        return admin.change(change -> store.add(change, additions).map(added -> {
                    JsonArray versions =
                            new JsonArray(added.stream().map(PriceRecord::id).toList());
                    change.record(
                            "price.import",
                            "price_list",
                            LITELLM,
                            null,
                            null,
                            new JsonObject()
                                    .put("counts", report.getJsonObject("counts"))
                                    .put("versions", versions));
                    return Answer.ok(report);
                }))
                .call(() -> AdminRequest.uni(feed::refresh));
    }

    private Instant from(@Nullable String effectiveFrom) {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        if (effectiveFrom == null) {
            return now;
        }
        Instant from = PricesResource.instant("effective_from", effectiveFrom).truncatedTo(ChronoUnit.MILLIS);
        if (from.isBefore(now)) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "effective_from: " + effectiveFrom + " (expected: now or later)",
                    "effective_from");
        }
        return from;
    }

    private Set<String> wanted(@Nullable String providers) {
        return providers == null
                ? prices.book().providers()
                : Arrays.stream(providers.split(",")).map(String::strip).collect(Collectors.toSet());
    }

    private static ObjectNode report(PriceImport plan, boolean dryRun, Instant from) {
        ObjectNode report =
                Json.object().put("format", LITELLM).put("dry_run", dryRun).put("effective_from", from.toString());
        ObjectNode counts = report.putObject("counts");
        for (Fate fate : Fate.values()) {
            String name = fate.name().toLowerCase(Locale.ROOT);
            ArrayNode lines = report.putArray(name);
            plan.lines().stream().filter(line -> line.fate() == fate).forEach(line -> lines.add(line(line)));
            counts.put(name, lines.size());
        }
        return report;
    }

    private static ObjectNode line(PriceImport.Line line) {
        ObjectNode json = Json.object()
                .put("name", line.name())
                .put("provider", line.provider())
                .put("model", line.model());
        if (line.why() != null) {
            json.put("reason", line.why());
        }
        if (line.price() != null && line.isTaken()) {
            json.set("price", Json.tree(line.price().price()));
        }
        if (!line.differences().isEmpty()) {
            ObjectNode changes = json.putObject("changes");
            line.differences()
                    .forEach((place, difference) -> changes.putObject(place)
                            .put("old", difference.before())
                            .put("new", difference.after()));
        }
        if (!line.leftOut().isEmpty()) {
            ArrayNode leftOut = json.putArray("left_out");
            line.leftOut().forEach(leftOut::add);
        }
        return json;
    }
}

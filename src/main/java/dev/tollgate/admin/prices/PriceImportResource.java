package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.rating.NewPrice;
import dev.tollgate.rating.PriceImport;
import dev.tollgate.rating.PriceImport.Fate;
import dev.tollgate.rating.pg.PgPrices;
import dev.tollgate.rating.pg.PriceFeed;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Imports somebody's price list, or says what that would do. */
@Path("/admin/v1/prices/import")
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.APPLICATION_JSON)
public final class PriceImportResource {
    private static final int BYTES_MAX = 16 << 20;
    private static final String LITELLM = "litellm";

    private final PricesInForce prices;
    private final PgPrices store;
    private final PriceFeed feed;
    private final InstantSource clock;

    public PriceImportResource(PricesInForce prices, PgPrices store, PriceFeed feed, InstantSource clock) {
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
    @Blocking // because a list of thousands of models is read for longer than an event loop has time
    public Uni<String> importList(
            byte[] body,
            @QueryParam("format") @Nullable String format,
            @QueryParam("dry_run") @DefaultValue("false") boolean dryRun,
            @QueryParam("providers") @Nullable String providers,
            @QueryParam("effective_from") @Nullable String effectiveFrom) {
        if (!LITELLM.equals(format)) {
            throw new Problem(ProblemCode.INVALID_VALUE, "format: " + format + " (expected: litellm)", "format");
        }
        if (body.length > BYTES_MAX) {
            throw new Problem(
                    ProblemCode.REQUEST_TOO_LARGE,
                    "The list has " + body.length + " bytes (expected: at most " + BYTES_MAX + ").");
        }
        Instant from = from(effectiveFrom);
        JsonNode list = Json.tree(body);
        PriceImport plan = Json.understood(() -> PriceImport.ofLiteLlm(list, wanted(providers), prices, from));
        List<NewPrice> additions = plan.additions();
        if (dryRun || additions.isEmpty()) {
            return Uni.createFrom().item(report(plan, dryRun, from));
        }
        return PricesResource.uni(
                store.add(additions, "admin").compose(_ -> feed.refresh()).map(_ -> report(plan, false, from)));
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

    private static String report(PriceImport plan, boolean dryRun, Instant from) {
        ObjectNode report =
                Json.object().put("format", LITELLM).put("dry_run", dryRun).put("effective_from", from.toString());
        ObjectNode counts = report.putObject("counts");
        for (Fate fate : Fate.values()) {
            String name = fate.name().toLowerCase(Locale.ROOT);
            ArrayNode lines = report.putArray(name);
            plan.lines().stream().filter(line -> line.fate() == fate).forEach(line -> lines.add(line(line)));
            counts.put(name, lines.size());
        }
        return report.toString();
    }

    private static ObjectNode line(PriceImport.Line line) {
        ObjectNode json = Json.object()
                .put("name", line.name())
                .put("provider", line.provider())
                .put("model", line.model());
        if (line.why() != null) {
            json.put("reason", line.why());
        }
        if (line.price() != null) {
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

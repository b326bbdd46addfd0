package dev.tollgate.rating;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.kernel.Usage;
import io.vertx.core.json.JsonObject;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * All that the ledger has of one request: its entry, the truth after a guess, and adjustments.
 *
 * @param entry the columns of the entry that says what happened
 * @param usage what was consumed, all entries added up
 * @param providerCost all entries added up
 * @param charge all entries added up
 * @param priceVersion what the last of them was priced by, or null where nothing was
 * @param lastSeq the number of the last of them
 */
public record BookedRequest(
        JsonObject entry,
        Usage usage,
        Money providerCost,
        Money charge,
        @Nullable String priceVersion,
        int lastSeq) {
    private static final int TRUTH = 1;

    /**
     * The request of some entries, given in their order.
     *
     * @throws IllegalArgumentException where they have a meter that this version does not know, or less than nothing on one
     */
    public static BookedRequest of(List<JsonObject> entries) {
        long[] counts = new long[Meter.COUNT];
        Money providerCost = Money.ZERO;
        Money charge = Money.ZERO;
        JsonObject said = entries.getFirst();
        String priceVersion = null;
        for (JsonObject entry : entries) {
            JsonObject usage = entry.getJsonObject("usage");
            for (String meter : usage.fieldNames()) {
                counts[Meter.ofLabel(meter).ordinal()] += usage.getLong(meter);
            }
            providerCost = providerCost.plus(new Money(entry.getLong("provider_cost")));
            charge = charge.plus(new Money(entry.getLong("charge")));
            priceVersion = entry.getString("price_version") == null ? priceVersion : entry.getString("price_version");
            said = entry.getInteger("seq") <= TRUTH ? entry : said;
        }
        Usage.Builder usage = Usage.builder();
        for (Meter meter : Meter.values()) {
            usage.set(meter, counts[meter.ordinal()]);
        }
        return new BookedRequest(
                said,
                usage.build(),
                providerCost,
                charge,
                priceVersion,
                entries.getLast().getInteger("seq"));
    }

    String organizationId() {
        return entry.getString("organization_id");
    }

    String provider() {
        return entry.getString("provider");
    }

    /** When it began, in milliseconds since 1970. */
    long epochMillis() {
        return new RequestId(UUID.fromString(entry.getString("request_id"))).epochMillis();
    }

    /** The tier that it was served in, else the one that it asked for. */
    @Nullable
    String serviceTier() {
        String served = entry.getString("service_tier");
        return served != null ? served : entry.getString("service_tier_asked");
    }
}

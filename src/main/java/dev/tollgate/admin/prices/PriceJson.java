package dev.tollgate.admin.prices;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceHistory;
import dev.tollgate.pricing.PriceTable;
import dev.tollgate.rating.NewPrice;
import dev.tollgate.rating.PriceRecord;
import dev.tollgate.rating.TermsRecord;
import java.time.Instant;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How prices and terms look in answers. */
final class PriceJson {
    private PriceJson() {}

    /** A price as it is in force. */
    static ObjectNode inForce(PriceHistory history, ModelPrice price, boolean declared) {
        ObjectNode json = Json.object()
                .put("provider", history.provider())
                .put("model", history.model())
                .put("version", price.version());
        ArrayNode aliases = json.putArray("aliases");
        history.aliases().forEach(aliases::add);
        json.put("declared_in_file", declared);
        json.put("verified", price.verified() == null ? null : price.verified().toString());
        bound(json, "max_input", price.maxInputTokens().orElse(-1));
        bound(json, "max_output", price.maxOutputTokens().orElse(-1));
        json.put("currency", "USD");
        tiers(json.putObject("prices"), PriceTable.brief(price, 0));
        price.longContextAbove().ifPresent(above -> {
            ObjectNode longContext = json.putObject("long_context").put("above_input_tokens", above);
            tiers(longContext.putObject("prices"), PriceTable.brief(price, above + 1));
        });
        return json;
    }

    private static void bound(ObjectNode json, String name, long bound) {
        if (bound < 0) {
            json.putNull(name);
        } else {
            json.put(name, bound);
        }
    }

    private static void tiers(ObjectNode json, Map<String, Map<String, String>> tiers) {
        tiers.forEach((tier, meters) -> {
            ObjectNode prices = json.putObject(tier);
            meters.forEach(prices::put);
        });
    }

    /** A version as it stands beside the others of its model. */
    static ObjectNode version(PriceRecord record, Instant now, @Nullable ModelPrice inForce) {
        return version(record).put("state", state(record, now, inForce));
    }

    static ObjectNode version(PriceRecord record) {
        NewPrice added = record.added();
        ObjectNode json = Json.object()
                .put("version", record.id())
                .put("provider", added.provider())
                .put("model", added.model())
                .put("number", record.number())
                .put("origin", added.origin().label())
                .put("effective_from", added.effectiveFrom().toString())
                .put("effective_to", text(added.effectiveTo()))
                .put("currency", "USD");
        json.set("price", Json.tree(added.price()));
        return json.put("source", added.source())
                .put("note", added.note())
                .put("created_at", record.createdAt().toString())
                .put("created_by", record.createdBy())
                .put("withdrawn_at", text(record.withdrawnAt()));
    }

    private static String state(PriceRecord record, Instant now, @Nullable ModelPrice inForce) {
        Instant to = record.added().effectiveTo();
        if (record.withdrawnAt() != null) {
            return "withdrawn";
        }
        if (now.isBefore(record.added().effectiveFrom())) {
            return "upcoming";
        }
        if (to != null && !now.isBefore(to)) {
            return "ended";
        }
        return inForce != null && inForce.version().equals(record.id()) ? "in_force" : "superseded";
    }

    static ObjectNode terms(TermsRecord record) {
        ObjectNode json = Json.object()
                .put("version", record.id())
                .put("organization_id", record.organizationId())
                .put("number", record.number())
                .put("effective_from", record.effectiveFrom().toString());
        json.set("terms", Json.tree(record.terms()));
        return json.put("note", record.note())
                .put("created_at", record.createdAt().toString())
                .put("created_by", record.createdBy());
    }

    private static @Nullable String text(@Nullable Instant instant) {
        return instant == null ? null : instant.toString();
    }
}

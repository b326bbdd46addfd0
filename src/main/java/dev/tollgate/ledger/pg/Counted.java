package dev.tollgate.ledger.pg;

import io.vertx.core.json.DecodeException;
import io.vertx.core.json.JsonObject;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What windows of budgets count of an entry. PostgreSQL refuses texts that are fine in JSON elsewhere; they are left out
 * here, so that what such an entry cost is counted although it can't be booked.
 */
final class Counted {
    private static final List<String> MEMBERS = List.of(
            "request_id",
            "seq",
            "kind",
            "outcome",
            "flags",
            "merged_count",
            "input_tokens",
            "output_tokens",
            "provider_cost",
            "charge",
            "epoch",
            "window_ids",
            "window_holds");

    private Counted() {}

    /** These members of an entry as a JSON object, or null where it is none. */
    static @Nullable String of(String entry) {
        try {
            JsonObject counted = new JsonObject(entry);
            counted.getMap().keySet().retainAll(MEMBERS);
            return counted.encode();
        } catch (DecodeException e) {
            return null;
        }
    }
}

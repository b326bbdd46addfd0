package dev.tollgate.admin.routes;

import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.RoutingRecord;
import io.vertx.core.json.JsonObject;
import java.time.Instant;
import java.util.Map;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** A route, or how a tier is routed, as it is or was with an earlier version. */
@Schema(example = """
        {"name": "support-bot", "version": 7, "declared_in": null,
         "definition": {"strategy": "in_order", "candidates": [
             {"model": "gpt-5", "provider": "openai", "when": {"tier": ["scale"], "prompt_bytes": {"below": 200000}}},
             {"model": "gpt-5-mini"}]},
         "changed_at": "2026-11-21T12:00:00.123456Z", "changed_by": "tok_8d0s7q2m5x1c"}
        """)
public record RoutingView(
        @Schema(description = "What callers use as a model, or the tier.")
        String name,

        @Schema(description = "Of the last change. It is the ETag, too; 0 of what a file declares.")
        long version,

        @Schema(description = "The file that declares it and alone changes it, or null.") @Nullable
        String declaredIn,

        @Schema(description = "As it was written; null where it was removed.") @Nullable
        Map<String, Object> definition,

        @Nullable Instant changedAt,
        @Nullable String changedBy) {

    static RoutingView of(RoutingRecord record) {
        JsonObject definition = record.definition();
        return new RoutingView(
                record.name(),
                record.version(),
                null,
                definition == null ? null : definition.getMap(),
                record.changedAt(),
                record.changedBy());
    }

    static RoutingView of(String name, Declaration.Item item, String file) {
        return new RoutingView(name, 0, file, item.definition().getMap(), null, null);
    }
}

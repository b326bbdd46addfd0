package dev.tollgate.admin.litellm;

import dev.tollgate.tenancy.KeyLabel;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** A ledger entry as a row of LiteLLM's spend logs. */
final class SpendRow {
    private static final Set<String> SUCCESSES = Set.of("ok", "local", "cached", "coalesced");

    private SpendRow() {}

    /**
     * The row of an entry.
     *
     * @param entry as it is told under {@code /admin/v1/ledger}
     * @param label of its key, or null where that is not known
     */
    static Map<String, @Nullable Object> of(JsonObject entry, @Nullable KeyLabel label) {
        String token = label == null ? "" : KeyNames.token(label.sha256());
        String user = label == null || label.owner() == null ? "" : label.owner();
        String status = SUCCESSES.contains(entry.getString("outcome")) ? "success" : "failure";
        long input = entry.getLong("input_tokens");
        long output = entry.getLong("output_tokens");
        Instant started = Instant.parse(entry.getString("started_at"));
        Long firstByte = entry.getLong("first_byte_micros");
        Map<String, @Nullable Object> row = new LinkedHashMap<>();
        row.put("request_id", requestId(entry));
        row.put("call_type", callType(entry.getString("operation")));
        row.put("api_key", token);
        row.put("spend", new BigDecimal(entry.getString("charge")));
        row.put("total_tokens", input + output);
        row.put("prompt_tokens", input);
        row.put("completion_tokens", output);
        row.put("startTime", started.toString());
        row.put("endTime", after(started, entry.getLong("total_micros")));
        row.put("completionStartTime", firstByte == null ? null : after(started, firstByte));
        row.put("model", first(entry, "model_served", "model_sent", "model_asked"));
        row.put("model_group", first(entry, "model_asked"));
        row.put("custom_llm_provider", first(entry, "provider"));
        row.put("user", user);
        row.put("end_user", first(entry, "end_user"));
        row.put("team_id", entry.getString("client_id"));
        row.put("organization_id", entry.getString("organization_id"));
        row.put("cache_hit", entry.getString("cache") == null ? "False" : "True");
        row.put("request_tags", tags(entry.getJsonObject("tags")));
        row.put("status", status);
        row.put("metadata", metadata(entry, label, token, user, status));
        return row;
    }

    private static Map<String, @Nullable Object> metadata(
            JsonObject entry, @Nullable KeyLabel label, String token, String user, String status) {
        Map<String, @Nullable Object> metadata = new LinkedHashMap<>();
        metadata.put("user_api_key", token);
        metadata.put("user_api_key_alias", label == null ? null : label.name());
        metadata.put("user_api_key_user_id", user);
        metadata.put("user_api_key_team_id", entry.getString("client_id"));
        metadata.put("user_api_key_org_id", entry.getString("organization_id"));
        metadata.put("status", status);
        metadata.put("error_code", entry.getString("error_code"));
        metadata.put("key_id", entry.getString("key_id"));
        metadata.put("kind", entry.getString("kind"));
        metadata.put("estimated", entry.getBoolean("estimated"));
        metadata.put("merged_count", entry.getInteger("merged_count"));
        return metadata;
    }

    /** A correction of a request has the request's id with its number, so that ids are unique here, too. */
    private static String requestId(JsonObject entry) {
        int seq = entry.getInteger("seq");
        return entry.getString("request_id") + (seq == 0 ? "" : "." + seq);
    }

    private static @Nullable String callType(@Nullable String operation) {
        return switch (operation) {
            case "chat" -> "acompletion";
            case "completion" -> "atext_completion";
            case "embedding" -> "aembedding";
            case "response" -> "aresponses";
            case "moderation" -> "amoderation";
            case "image" -> "aimage_generation";
            case "speech" -> "aspeech";
            case "transcription" -> "atranscription";
            case null, default -> operation;
        };
    }

    private static String after(Instant started, @Nullable Long micros) {
        return started.plus(micros == null ? 0 : micros, ChronoUnit.MICROS)
                .truncatedTo(ChronoUnit.MILLIS)
                .toString();
    }

    private static String first(JsonObject entry, String... members) {
        return Stream.of(members)
                .map(entry::getString)
                .filter(value -> value != null && !value.isEmpty())
                .findFirst()
                .orElse("");
    }

    private static List<String> tags(@Nullable JsonObject tags) {
        if (tags == null) {
            return List.of();
        }
        Map<String, String> words = new LinkedHashMap<>();
        tags.forEach(tag -> words.put(tag.getKey(), String.valueOf(tag.getValue())));
        return RequestTags.written(words);
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.admin.AdminJson;
import io.vertx.core.json.JsonObject;
import java.math.BigDecimal;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;

/**
 * Writes answers as LiteLLM does: money as JSON numbers, with all their digits. Until then, and where an answer is kept
 * for a repetition, it is decimal strings as everywhere.
 */
final class LitellmJson {
    private static final Set<String> MONEY = Set.of("max_budget", "soft_budget", "spend");
    private static final Set<String> WITH_MONEY = Set.of("info", "litellm_budget_table");

    private LitellmJson() {}

    static String text(JsonObject answer) {
        return AdminJson.text(numbered(answer.getMap()));
    }

    private static Map<String, Object> numbered(Map<?, ?> members) {
        Map<String, Object> numbered = LinkedHashMap.newLinkedHashMap(members.size());
        members.forEach((key, value) -> {
            String name = String.valueOf(key);
            Object told = value;
            if (MONEY.contains(name) && value instanceof String dollars) {
                told = new BigDecimal(dollars);
            } else if (WITH_MONEY.contains(name) && value instanceof Map<?, ?> object) {
                told = numbered(object);
            }
            numbered.put(name, told);
        });
        return numbered;
    }
}

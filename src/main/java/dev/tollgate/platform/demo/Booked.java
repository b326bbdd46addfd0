package dev.tollgate.platform.demo;

import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.KeyUsage;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the ledger has, as {@code GET /v1/usage} reports it. */
final class Booked {
    private Booked() {}

    /** A key's lines, one per model. The line without a model is left out: it counts the questions for this report. */
    static KeyUsage read(JsonObject report) {
        List<KeyUsage.Line> lines = new ArrayList<>();
        JsonArray models = report.getJsonArray("models");
        for (int i = 0; i < models.size(); i++) {
            JsonObject line = models.getJsonObject(i);
            if (!line.getString("model").isEmpty()) {
                lines.add(line(line));
            }
        }
        return new KeyUsage(List.copyOf(lines));
    }

    private static KeyUsage.Line line(JsonObject line) {
        return new KeyUsage.Line(
                line.getString("model"),
                line.getLong("requests"),
                line.getLong("input_tokens"),
                line.getLong("cached_input_tokens"),
                line.getLong("output_tokens"),
                Money.dollars(line.getString("charge")));
    }

    /** All lines as one that is called {@code name}. */
    static KeyUsage.Line sum(String name, Collection<KeyUsage.Line> lines) {
        return lines.stream().reduce(new KeyUsage.Line(name, 0, 0, 0, 0, Money.ZERO), (a, b) -> plus(name, a, b));
    }

    /** The lines of several keys, one per model, in the order of their names. */
    static Collection<KeyUsage.Line> byModel(Collection<KeyUsage> usages) {
        Map<String, KeyUsage.Line> byModel = new TreeMap<>();
        for (KeyUsage usage : usages) {
            for (KeyUsage.Line line : usage.lines()) {
                byModel.merge(line.model(), line, (a, b) -> plus(line.model(), a, b));
            }
        }
        return byModel.values();
    }

    private static KeyUsage.Line plus(String name, KeyUsage.Line a, KeyUsage.Line b) {
        return new KeyUsage.Line(
                name,
                a.requests() + b.requests(),
                a.inputTokens() + b.inputTokens(),
                a.cachedInputTokens() + b.cachedInputTokens(),
                a.outputTokens() + b.outputTokens(),
                a.charge().plus(b.charge()));
    }
}

package dev.tollgate.provider.simulated;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Counts what is billed, per model and tag. At most 10,000 pairs; later ones share one line. Thread-safe. */
final class ChargeBook {
    private static final int LINES_MAX = 10_000;
    private static final Meter[] METERS = Meter.values();
    private static final Subject OTHERS = new Subject("other", "other");

    private record Subject(String model, String tag) {}

    private static final class Account {
        private final Map<Meter, Long> counts = new EnumMap<>(Meter.class);
        private long requests;
    }

    private final Map<Subject, Account> accounts = new LinkedHashMap<>();
    private long open;
    private long cancelled;

    synchronized void opened() {
        open++;
    }

    synchronized void closed(boolean byClient) {
        open--;
        cancelled += byClient ? 1 : 0;
    }

    synchronized void billRequest(String model, String tag) {
        account(model, tag).requests++;
    }

    synchronized void bill(String model, String tag, Usage usage) {
        Map<Meter, Long> counts = account(model, tag).counts;
        for (Meter meter : METERS) {
            if (usage.count(meter) > 0) {
                counts.merge(meter, usage.count(meter), Math::addExact);
            }
        }
    }

    /** Forgets what was billed and who went away; requests that are open stay counted. */
    synchronized void reset() {
        accounts.clear();
        cancelled = 0;
    }

    synchronized Charges snapshot() {
        List<Charges.Line> lines = new ArrayList<>(accounts.size());
        accounts.forEach((subject, account) ->
                lines.add(new Charges.Line(subject.model(), subject.tag(), account.requests, usage(account.counts))));
        return new Charges(List.copyOf(lines), open, cancelled);
    }

    /** What {@code GET /simulated/charges} answers; that request itself is not counted as open. */
    static ObjectNode json(Charges charges) {
        ObjectNode json = Json.object().put("open", charges.open() - 1).put("cancelled", charges.cancelled());
        put(json.putObject("total").put("requests", charges.requests()), charges.total());
        ObjectNode models = json.putObject("models");
        charges.lines().stream()
                .map(Charges.Line::model)
                .distinct()
                .forEach(model ->
                        put(models.putObject(model).put("requests", charges.requests(model)), charges.ofModel(model)));
        for (Charges.Line line : charges.lines()) {
            put(
                    json.withArray("lines")
                            .addObject()
                            .put("model", line.model())
                            .put("tag", line.tag())
                            .put("requests", line.requests()),
                    line.usage());
        }
        return json;
    }

    private Account account(String model, String tag) {
        Subject subject = new Subject(model, tag);
        boolean full = accounts.size() >= LINES_MAX && !accounts.containsKey(subject);
        return accounts.computeIfAbsent(full ? OTHERS : subject, _ -> new Account());
    }

    private static Usage usage(Map<Meter, Long> counts) {
        Usage.Builder usage = Usage.builder();
        counts.forEach(usage::set);
        return usage.build();
    }

    private static void put(ObjectNode json, Usage usage) {
        for (Meter meter : METERS) {
            if (usage.count(meter) > 0) {
                json.put(meter.label(), usage.count(meter));
            }
        }
    }
}

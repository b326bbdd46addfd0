package dev.tollgate.platform;

import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is booked. Labels are bounded: operations, outcomes and providers are few, and models beyond the first
 * five hundred are counted together. No label names a caller.
 */
final class GatewayMetrics implements KeepLedger.Observer {
    private static final int MODELS_MAX = 500;
    private static final String OTHER = "other";

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Ended, RequestMeters> requests = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Model, ModelMeters> models = new ConcurrentHashMap<>();

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Ended(String operation, boolean streamed, String outcome, int statusClass) {}

    private record Model(String provider, String model) {}

    private record RequestMeters(Timer duration, Timer firstByte) {}

    private record ModelMeters(Counter input, Counter cachedInput, Counter output, Counter cost) {}

    @Override
    public void booked(LedgerEntry entry, @Nullable String traceParent) {
        Ended ended = new Ended(
                entry.operation(),
                entry.streamed(),
                entry.end().outcome().label(),
                entry.end().status() / 100);
        RequestMeters meters = requests.get(ended);
        if (meters == null) {
            meters = requests.computeIfAbsent(ended, this::requestMeters);
        }
        meters.duration.record(entry.timing().totalMicros(), TimeUnit.MICROSECONDS);
        if (entry.timing().firstByteMicros() >= 0) {
            meters.firstByte.record(entry.timing().firstByteMicros(), TimeUnit.MICROSECONDS);
        }
        LedgerEntry.Target target = entry.target();
        if (target != null && target.modelSent() != null) {
            count(target, entry);
        }
    }

    private void count(LedgerEntry.Target target, LedgerEntry entry) {
        String name = target.modelSent() == null ? OTHER : target.modelSent();
        Model model = new Model(target.provider(), name);
        ModelMeters meters = models.get(model);
        if (meters == null) {
            Model bounded = models.size() < MODELS_MAX ? model : new Model(target.provider(), OTHER);
            meters = models.computeIfAbsent(bounded, this::modelMeters);
        }
        Usage usage = entry.usage();
        meters.input.increment(usage.inputTokens());
        meters.cachedInput.increment(usage.cachedInputTokens());
        meters.output.increment(usage.outputTokens());
        meters.cost.increment(entry.cost().charge().nanos() / 1e9);
    }

    private RequestMeters requestMeters(Ended ended) {
        Tags tags = Tags.of(
                "operation",
                ended.operation,
                "streamed",
                Boolean.toString(ended.streamed),
                "outcome",
                ended.outcome,
                "status",
                ended.statusClass + "xx");
        return new RequestMeters(
                Timer.builder("tollgate.request")
                        .description("Requests from their first byte to the last of their answer")
                        .tags(tags)
                        .register(registry),
                Timer.builder("tollgate.first.byte")
                        .description("Requests from their first byte to the first of the provider's answer")
                        .tags(tags)
                        .register(registry));
    }

    private ModelMeters modelMeters(Model model) {
        return new ModelMeters(
                tokens(model, "input"), tokens(model, "cached_input"), tokens(model, "output"), cost(model));
    }

    private Counter tokens(Model model, String kind) {
        return Counter.builder("tollgate.tokens")
                .description("Tokens that were booked; cached input is part of input")
                .tags("provider", model.provider, "model", model.model, "kind", kind)
                .register(registry);
    }

    private Counter cost(Model model) {
        return Counter.builder("tollgate.cost.dollars")
                .description("Charges that were booked, in dollars; the ledger has them exactly")
                .tags("provider", model.provider, "model", model.model)
                .register(registry);
    }
}

package dev.tollgate.platform;

import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;

/**
 * Counts what is booked. Labels are bounded: operations, outcomes and providers are few, and models beyond the first
 * five hundred are counted together, and with them those whose names, which callers choose, are long. No label names a
 * caller.
 */
final class GatewayMetrics implements KeepLedger.Observer {
    private static final int MODELS_MAX = 500;
    private static final int MODEL_LENGTH_MAX = 200;
    private static final String OTHER = "other";
    private static final double NANOS_PER_DOLLAR = 1e9;

    private final MeterRegistry registry;
    private final ConcurrentHashMap<Ended, RequestMeters> requests = new ConcurrentHashMap<>();
    private final ConcurrentHashMap<Model, ModelMeters> models = new ConcurrentHashMap<>();

    GatewayMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    private record Ended(String operation, boolean streamed, String outcome, int statusClass) {}

    private record Model(String provider, String model) {}

    /** How often, and how long in all. The registry reads them when it is asked; counting costs two additions. */
    private static final class Times {
        private final LongAdder count = new LongAdder();
        private final LongAdder micros = new LongAdder();

        void add(long elapsedMicros) {
            count.increment();
            micros.add(elapsedMicros);
        }
    }

    private record RequestMeters(Times duration, Times firstByte) {}

    private record ModelMeters(LongAdder input, LongAdder cachedInput, LongAdder output, LongAdder nanodollars) {}

    @Override
    public void booked(LedgerEntry entry, @Nullable String traceParent) {
        Ended ended = new Ended(
                entry.asked().operation(),
                entry.asked().streamed(),
                entry.end().outcome().label(),
                entry.end().status() / 100);
        RequestMeters meters = requests.get(ended);
        if (meters == null) {
            meters = requests.computeIfAbsent(ended, this::requestMeters);
        }
        meters.duration.add(entry.timing().totalMicros());
        if (entry.timing().firstByteMicros() >= 0) {
            meters.firstByte.add(entry.timing().firstByteMicros());
        }
        LedgerEntry.Target target = entry.target();
        if (target != null && target.modelSent() != null) {
            count(target, entry);
        }
    }

    private void count(LedgerEntry.Target target, LedgerEntry entry) {
        String sent = target.modelSent();
        String name = sent == null || sent.length() > MODEL_LENGTH_MAX ? OTHER : sent;
        Model model = new Model(target.provider(), name);
        ModelMeters meters = models.get(model);
        if (meters == null) {
            Model bounded = models.size() < MODELS_MAX ? model : new Model(target.provider(), OTHER);
            meters = models.computeIfAbsent(bounded, this::modelMeters);
        }
        Usage usage = entry.usage();
        meters.input.add(usage.inputTokens());
        meters.cachedInput.add(usage.cachedInputTokens());
        meters.output.add(usage.outputTokens());
        meters.nanodollars.add(entry.cost().charge().nanos());
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
                times("tollgate.request", "Requests from their first byte to the last of their answer", tags),
                times(
                        "tollgate.first.byte",
                        "Requests from their first byte to the first of the provider's answer",
                        tags));
    }

    private Times times(String name, String description, Tags tags) {
        Times times = new Times();
        FunctionTimer.builder(name, times, t -> t.count.sum(), t -> t.micros.sum(), TimeUnit.MICROSECONDS)
                .description(description)
                .tags(tags)
                .register(registry);
        return times;
    }

    private ModelMeters modelMeters(Model model) {
        return new ModelMeters(
                tokens(model, "input"), tokens(model, "cached_input"), tokens(model, "output"), cost(model));
    }

    private LongAdder tokens(Model model, String kind) {
        LongAdder tokens = new LongAdder();
        FunctionCounter.builder("tollgate.tokens", tokens, LongAdder::sum)
                .description("Tokens that were booked; cached input is part of input")
                .tags("provider", model.provider, "model", model.model, "kind", kind)
                .register(registry);
        return tokens;
    }

    private LongAdder cost(Model model) {
        LongAdder nanodollars = new LongAdder();
        FunctionCounter.builder("tollgate.cost.dollars", nanodollars, nanos -> nanos.sum() / NANOS_PER_DOLLAR)
                .description("Charges that were booked, in dollars; the ledger has them exactly")
                .tags("provider", model.provider, "model", model.model)
                .register(registry);
        return nanodollars;
    }
}

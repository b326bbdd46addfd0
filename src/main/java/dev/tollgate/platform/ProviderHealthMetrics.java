package dev.tollgate.platform;

import dev.tollgate.provider.Account;
import dev.tollgate.provider.AnswerClass;
import dev.tollgate.provider.health.HealthState;
import dev.tollgate.provider.health.Watched;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts accounts by how they stand, and their checks. Labels are providers, states and outcomes, which are few. */
final class ProviderHealthMetrics {
    private final MeterRegistry registry;
    private final Map<Label, AtomicInteger> accounts = new ConcurrentHashMap<>();

    private record Label(String provider, HealthState state) {}

    ProviderHealthMetrics(MeterRegistry registry) {
        this.registry = registry;
    }

    /** @param troubled those that are not up */
    void show(Collection<Watched> watched, Map<String, HealthState> troubled) {
        Map<Label, Integer> counts = new HashMap<>();
        for (Watched each : watched) {
            HealthState state = troubled.getOrDefault(each.account().id(), HealthState.UP);
            for (HealthState any : HealthState.values()) {
                counts.merge(new Label(each.account().provider(), any), any == state ? 1 : 0, Integer::sum);
            }
        }
        accounts.forEach((label, count) -> count.set(counts.getOrDefault(label, 0)));
        counts.forEach(
                (label, count) -> accounts.computeIfAbsent(label, this::gauge).set(count));
    }

    void checked(Account account, AnswerClass outcome) {
        Counter.builder("tollgate.provider.checks")
                .description("Checks of provider accounts that this replica made, apart from requests")
                .tags("provider", account.provider(), "outcome", outcome.label())
                .register(registry)
                .increment();
    }

    private AtomicInteger gauge(Label label) {
        AtomicInteger count = new AtomicInteger();
        Gauge.builder("tollgate.provider.accounts", count, AtomicInteger::get)
                .description("Provider accounts by how they stand, on whatever replica that was found")
                .tags("provider", label.provider, "state", label.state.label())
                .register(registry);
        return count;
    }
}

package dev.tollgate.platform;

import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.ledger.LedgerEntry;
import io.micrometer.core.instrument.MeterRegistry;
import io.opentelemetry.api.OpenTelemetry;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** Who is told of every entry that is booked. */
@Singleton
final class Observers {
    private final TollgateConfig config;
    private final Spending spending;
    private final AccountWatch accountWatch;
    private final MeterRegistry metrics;
    private final OpenTelemetry openTelemetry;
    private final boolean tracing;

    Observers(
            TollgateConfig config,
            Spending spending,
            AccountWatch accountWatch,
            MeterRegistry metrics,
            OpenTelemetry openTelemetry,
            @ConfigProperty(name = "quarkus.otel.sdk.disabled", defaultValue = "true") boolean tracingDisabled) {
        this.config = config;
        this.spending = spending;
        this.accountWatch = accountWatch;
        this.metrics = metrics;
        this.openTelemetry = openTelemetry;
        this.tracing = !tracingDisabled;
    }

    /** All of them, once spending is open. */
    KeepLedger.Observer all() {
        Consumer<LedgerEntry> limits = spending.observer();
        List<KeepLedger.Observer> observers = new ArrayList<>();
        observers.add(new GatewayMetrics(metrics));
        observers.add((entry, _) -> limits.accept(entry));
        observers.add((entry, _) -> accountWatch.booked(entry));
        if (config.accessLog()) {
            observers.add(new AccessLog());
        }
        if (tracing) {
            observers.add(new Tracing(openTelemetry));
        }
        List<KeepLedger.Observer> all = List.copyOf(observers);
        return (entry, traceParent) -> all.forEach(observer -> observer.booked(entry, traceParent));
    }
}

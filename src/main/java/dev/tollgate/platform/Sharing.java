package dev.tollgate.platform;

import dev.tollgate.cache.inflight.SharingCounts;
import dev.tollgate.gateway.CallsInFlight;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.function.ToDoubleFunction;

/** The calls that requests of this process may share, and what is counted of them. */
final class Sharing {
    private Sharing() {}

    static CallsInFlight callsInFlight(TollgateConfig config, MeterRegistry metrics) {
        CallsInFlight calls = new CallsInFlight(config.wholeAnswerBytesMax());
        Gauge.builder("tollgate.calls.joinable", calls, CallsInFlight::size)
                .description("Calls to providers that another request may share")
                .register(metrics);
        count("joined", calls, metrics, SharingCounts::joined);
        count("took_over", calls, metrics, SharingCounts::tookOver);
        count("alone", calls, metrics, SharingCounts::wentAlone);
        count("fell_behind", calls, metrics, SharingCounts::fellBehind);
        return calls;
    }

    private static void count(
            String fate, CallsInFlight calls, MeterRegistry metrics, ToDoubleFunction<SharingCounts> count) {
        FunctionCounter.builder("tollgate.shared.requests", calls.counts(), count)
                .description("Requests that met others like them under way, by what became of them")
                .tag("fate", fate)
                .register(metrics);
    }
}

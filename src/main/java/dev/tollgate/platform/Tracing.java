package dev.tollgate.platform;

import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.ledger.LedgerEntry;
import io.opentelemetry.api.OpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A span per request by OpenTelemetry's conventions for generative AI. It is made from the ledger entry when the request
 * has ended, so that tracing costs a request nothing on its way.
 */
final class Tracing implements KeepLedger.Observer {
    private final Tracer tracer;

    Tracing(OpenTelemetry openTelemetry) {
        this.tracer = openTelemetry.getTracer("dev.tollgate");
    }

    @Override
    public void booked(LedgerEntry entry, @Nullable String traceParent) {
        long startMicros = entry.requestId().epochMillis() * 1_000;
        LedgerEntry.Target target = entry.target();
        String model = target == null ? entry.asked().model() : target.modelSent();
        SpanBuilder builder = tracer.spanBuilder(
                        model == null
                                ? entry.asked().operation()
                                : entry.asked().operation() + " " + model)
                .setSpanKind(SpanKind.SERVER)
                .setParent(parent(traceParent))
                .setStartTimestamp(startMicros, TimeUnit.MICROSECONDS)
                .setAttribute("gen_ai.operation.name", entry.asked().operation())
                .setAttribute("gen_ai.usage.input_tokens", entry.usage().inputTokens())
                .setAttribute(
                        "gen_ai.usage.cache_read.input_tokens", entry.usage().cachedInputTokens())
                .setAttribute("gen_ai.usage.output_tokens", entry.usage().outputTokens())
                .setAttribute("http.response.status_code", entry.end().status())
                .setAttribute("tollgate.request.id", entry.requestId().toString())
                .setAttribute("tollgate.organization.id", entry.origin().organizationId())
                .setAttribute("tollgate.outcome", entry.end().outcome().label())
                .setAttribute("tollgate.cost.dollars", entry.cost().charge().toDollars());
        set(builder, "gen_ai.request.model", model);
        if (target != null) {
            set(builder, "gen_ai.provider.name", target.provider());
            set(builder, "gen_ai.response.model", target.modelServed());
        }
        set(builder, "error.type", entry.end().errorCode());
        Span span = builder.startSpan();
        if (!entry.end().outcome().isSuccess()) {
            span.setStatus(StatusCode.ERROR);
        }
        span.end(startMicros + entry.timing().totalMicros(), TimeUnit.MICROSECONDS);
    }

    private static void set(SpanBuilder builder, String name, @Nullable String value) {
        if (value != null) {
            builder.setAttribute(name, value);
        }
    }

    private static Context parent(@Nullable String traceParent) {
        return traceParent == null
                ? Context.root()
                : W3CTraceContextPropagator.getInstance().extract(Context.root(), traceParent, TraceParent.GETTER);
    }

    /** The one header that names a parent. */
    private enum TraceParent implements TextMapGetter<String> {
        GETTER;

        @Override
        public Iterable<String> keys(String traceParent) {
            return List.of("traceparent");
        }

        @Override
        public @Nullable String get(@Nullable String traceParent, String key) {
            return key.equals("traceparent") ? traceParent : null;
        }
    }
}

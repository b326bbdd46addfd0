package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Bounds;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import io.vertx.core.Context;
import io.vertx.core.Future;

/** Says what an exchange can cost at most, once the account that serves it is chosen. Used on one event loop. */
public final class WorstCase {
    /** A body up to this size is counted at once, which takes less than a fifth of a millisecond. */
    private static final int COUNTED_AT_ONCE = 2 * 1024;

    /** A response that is only made shorter takes no cap of its output. */
    private static final String COMPACT = "/compact";

    private final Bounds bounds;
    private final Accounts accounts;
    private final Context context;

    /** @param context the event loop, whose worker threads count what is long */
    public WorstCase(Bounds bounds, Accounts accounts, Context context) {
        this.bounds = bounds;
        this.accounts = accounts;
        this.context = context;
    }

    /** The bound by the request's bytes. What runs no model costs nothing. */
    public Bound of(Exchange exchange) {
        return of(exchange, exchange.body());
    }

    /** The same where another body would be sent. */
    Bound of(Exchange exchange, RequestBody body) {
        return bound(exchange, body, /* counted= */ false);
    }

    /**
     * The bound by the request's tokens, where it is known how the model cuts text; else the same as {@link #of}. For when
     * that would refuse or cap the request.
     */
    public Future<Bound> tighter(Exchange exchange) {
        Candidate candidate = exchange.candidate();
        String model = candidate.model();
        String provider = candidate.account().pricedAs();
        if (model == null || !bounds.canCount(provider, model)) {
            return Future.succeededFuture(of(exchange));
        }
        if (exchange.body().length() <= COUNTED_AT_ONCE && bounds.isReadyToCount(provider, model)) {
            return Future.succeededFuture(counted(exchange));
        }
        return context.executeBlocking(() -> counted(exchange), /* ordered= */ false);
    }

    private Bound counted(Exchange exchange) {
        return bound(exchange, exchange.body(), /* counted= */ true);
    }

    private Bound bound(Exchange exchange, RequestBody body, boolean counted) {
        Candidate candidate = exchange.candidate();
        String model = candidate.model();
        Tariff tariff = accounts.tariff(
                exchange.caller().organizationId(),
                candidate,
                /* modelServed= */ null,
                exchange.id().epochMillis());
        if (tariff == null || model == null) {
            return Bound.NOTHING;
        }
        Operation operation = exchange.path().operation();
        String provider = candidate.account().pricedAs();
        Bound bound = counted
                ? bounds.counted(operation, body, provider, model, tariff)
                : bounds.of(operation, body, provider, model, tariff);
        return exchange.path().rest().endsWith(COMPACT) ? bound.uncappable() : bound;
    }
}

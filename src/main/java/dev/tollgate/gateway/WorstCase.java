package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Bounds;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Candidate;
import io.vertx.core.Context;
import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/** Says what an exchange can cost at most, once the account that serves it is chosen. Used on one event loop. */
public final class WorstCase {
    /** A body up to this size is counted at once, which takes less than a fifth of a millisecond. */
    private static final int COUNTED_AT_ONCE = 2 * 1024;

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
        Candidate candidate = exchange.candidate();
        Tariff tariff = tariff(exchange, candidate);
        String model = candidate.model();
        return tariff == null || model == null
                ? Bound.NOTHING
                : bounds.of(
                        exchange.path().operation(),
                        exchange.body(),
                        candidate.account().provider(),
                        model,
                        tariff);
    }

    /**
     * The bound by the request's tokens, where it is known how the model cuts text; else the same as {@link #of}. For when
     * that would refuse or cap the request.
     */
    public Future<Bound> tighter(Exchange exchange) {
        Candidate candidate = exchange.candidate();
        Tariff tariff = tariff(exchange, candidate);
        String model = candidate.model();
        String provider = candidate.account().provider();
        if (tariff == null || model == null || !bounds.canCount(provider, model)) {
            return Future.succeededFuture(of(exchange));
        }
        if (exchange.body().length() <= COUNTED_AT_ONCE) {
            return Future.succeededFuture(
                    bounds.counted(exchange.path().operation(), exchange.body(), provider, model, tariff));
        }
        return context.executeBlocking(
                () -> bounds.counted(exchange.path().operation(), exchange.body(), provider, model, tariff),
                /* ordered= */ false);
    }

    private @Nullable Tariff tariff(Exchange exchange, Candidate candidate) {
        return accounts.tariff(
                exchange.caller().organizationId(),
                candidate,
                /* modelServed= */ null,
                exchange.id().epochMillis());
    }
}

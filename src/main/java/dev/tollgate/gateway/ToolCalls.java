package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Certainty;
import dev.tollgate.wire.Work;
import dev.tollgate.wire.openai.RequestBody;
import java.util.function.LongFunction;
import java.util.function.LongSupplier;

/**
 * How often the provider may use its own tools for a request, where that bounds what it costs: after each call the model
 * reads everything again.
 *
 * @param most 0 where it is nothing that bounds the request
 * @param boundAt what the request can cost at most at another number
 */
record ToolCalls(long most, LongFunction<Bound> boundAt) {
    static final ToolCalls NONE = new ToolCalls(0, _ -> Bound.NOTHING);

    /** @param otherwise how often, asked where the request doesn't say; 0 for any number of times */
    static ToolCalls of(Exchange exchange, WorstCase worstCase, LongSupplier otherwise) {
        RequestBody body = exchange.body();
        Work work = body.facts().work();
        if (work.tools().isEmpty() || !body.takesCap()) {
            return NONE;
        }
        long most = work.maxToolCalls() < 0 ? otherwise.getAsLong() : work.maxToolCalls();
        if (most < 1) {
            return NONE;
        }
        ToolCalls calls = new ToolCalls(most, number -> worstCase.of(exchange, body.withToolCalls(number)));
        return calls.bound().work() == Certainty.UNBOUNDED ? NONE : calls;
    }

    boolean isNone() {
        return most == 0;
    }

    /** The bound of the request as it is. */
    Bound bound() {
        return boundAt.apply(most);
    }

    ToolCalls cappedAt(long fewer) {
        return new ToolCalls(fewer, boundAt);
    }
}

package dev.tollgate.gateway;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.inflight.SharedCalls;
import dev.tollgate.cache.inflight.SharingCounts;
import dev.tollgate.wire.RequestFacts;

/** The calls to providers that requests on any event loop of this process may share. Safe for threads. */
public final class CallsInFlight {
    private final SharedCalls<Likeness, SharedAnswer> calls;

    /** @param keptMax bytes of an answer that are kept for those who join late or are slow */
    public CallsInFlight(int keptMax) {
        calls = new SharedCalls<>(keptMax);
    }

    /**
     * What requests have in common that share a call: who may share an answer and what it means, and the form in which it
     * comes, which the key of a cached answer leaves out.
     */
    record Likeness(CacheKey key, boolean streamed, boolean usageWanted, boolean costWanted) {
        static Likeness of(CacheKey key, Exchange exchange) {
            RequestFacts facts = exchange.body().facts();
            return new Likeness(key, facts.stream(), facts.usageWanted(), CallProvider.wantsCost(exchange));
        }
    }

    SharedCalls<Likeness, SharedAnswer> calls() {
        return calls;
    }

    /** How many calls may be joined at present. */
    public int size() {
        return calls.size();
    }

    public SharingCounts counts() {
        return calls.counts();
    }
}

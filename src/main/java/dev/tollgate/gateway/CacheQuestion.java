package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.CacheWish;

/** A request that may be answered from the cache, and what its caller and the policy have to say of that. */
record CacheQuestion(Exchange exchange, CacheScope scope, CachePolicy policy, CacheWish wish) {
    boolean accepts(Hit hit, long nowMillis) {
        long age = hit.answer().ageSeconds(nowMillis);
        return wish.accepts(age) && age < policy.ttlSeconds();
    }

    /** Fails where the caller wants no provider to be asked. */
    static void mayGoOn(CacheWish wish) {
        if (wish.onlyFound()) {
            throw new Problem(
                    ProblemCode.NOT_CACHED,
                    "There is no answer to this request in the cache (Cache-Control: only-if-cached).");
        }
    }
}

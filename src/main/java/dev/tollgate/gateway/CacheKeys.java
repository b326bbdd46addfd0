package dev.tollgate.gateway;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheScope;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.json.CanonicalDigest;
import dev.tollgate.wire.openai.Operation;

/** Makes keys of what requests mean: equal for requests that ask the same within one scope, and for no others. */
final class CacheKeys {
    /** Another one for another way to make keys. */
    private static final String FORM = "1";

    private final CanonicalDigest digest = new CanonicalDigest(); // an event loop's own

    /** @param version of the cache's contents */
    CacheKey of(Exchange exchange, CacheScope scope, long version, CacheWish wish) {
        Operation operation = exchange.path().operation();
        digest.reset();
        digest.text(FORM)
                .text(scope.text())
                .number(version)
                .text(wish.namespace())
                .text(operation.label())
                .text(exchange.query())
                .text(exchange.header("x-tollgate-provider"))
                .text(exchange.header("openai-beta"));
        exchange.body().tell(digest, operation);
        return new CacheKey(scope, digest.digest());
    }
}

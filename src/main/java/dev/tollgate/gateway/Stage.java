package dev.tollgate.gateway;

import io.vertx.core.Future;

/**
 * One step around the rest of a request: act before, delegate, act after. Paired duties live in one stage, so that
 * neither half can be forgotten. Stages are stateless and shared by all requests of an event loop; what a stage learns
 * is kept in the {@link Exchange}. A stage refuses by failing with a {@link dev.tollgate.kernel.Problem}, thrown or as a
 * failed future.
 */
public interface Stage {
    Future<Reply> handle(Exchange exchange, Next next);

    /** The rest of the request. */
    @FunctionalInterface
    interface Next {
        Future<Reply> handle(Exchange exchange);
    }
}

package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Future;

/** Decides whether this may be asked at all. */
public final class EnforcePolicy implements Stage {
    private final boolean unmeteredAllowed;

    /** @param unmeteredAllowed whether work may be started whose reply does not carry its cost */
    public EnforcePolicy(boolean unmeteredAllowed) {
        this.unmeteredAllowed = unmeteredAllowed;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Operation operation = exchange.path().operation();
        if (operation == Operation.ORGANIZATION) {
            throw new Problem(
                    ProblemCode.PATH_NOT_ALLOWED,
                    "The provider account is administered at the provider, not through Tollgate.");
        }
        if (operation == Operation.REALTIME) {
            throw new Problem(ProblemCode.NOT_OFFERED, "Realtime sessions are not offered by Tollgate yet.");
        }
        boolean unmetered =
                operation == Operation.UNMETERED || exchange.body().facts().background();
        if (unmetered && !unmeteredAllowed) {
            throw new Problem(
                    ProblemCode.PATH_NOT_METERED,
                    "The reply to this request does not carry its cost, so it could not be controlled."
                            + " Set TOLLGATE_UNMETERED=allow to relay such requests unbooked.");
        }
        return next.handle(exchange);
    }
}

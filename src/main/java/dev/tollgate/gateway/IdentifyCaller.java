package dev.tollgate.gateway;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Callers;
import dev.tollgate.tenancy.KeyUses;
import dev.tollgate.tenancy.Tenants;
import io.vertx.core.Future;
import io.vertx.core.http.HttpHeaders;
import java.time.Instant;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Finds out who asks, from the key in {@code Authorization: Bearer}, {@code x-api-key} or {@code api-key}. A key in
 * {@code x-tollgate-key} says that the one in {@code Authorization} is the caller's own at the provider.
 */
public final class IdentifyCaller implements Stage {
    private static final String BEARER = "Bearer ";

    private final Tenants tenants;
    private final KeyUses uses;
    private final InstantSource clock;

    /** @param uses is told when keys are used */
    public IdentifyCaller(Tenants tenants, KeyUses uses, InstantSource clock) {
        this.tenants = tenants;
        this.uses = uses;
        this.clock = clock;
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        Callers callers = tenants.callers();
        if (callers == null) {
            throw new Problem(ProblemCode.NOT_READY, "Tollgate has not read its keys yet; try again in a moment.");
        }
        String besideOwn = exchange.header("x-tollgate-key");
        String key = besideOwn != null ? besideOwn.strip() : key(exchange);
        if (key == null) {
            throw new Problem(
                    ProblemCode.INVALID_API_KEY,
                    "No API key was given (expected: Authorization: Bearer sk-tg-…, x-api-key or api-key).");
        }
        Instant now = clock.instant();
        switch (callers.identify(key, now)) {
            case Callers.Identity.Known(var caller) -> {
                exchange.identified(caller);
                uses.note(caller.keyId(), now);
            }
            case Callers.Identity.Unknown(var reason) -> throw notAccepted(reason);
            case Callers.Identity.Unheard() -> {
                if (tenants.isBehind(now)) {
                    throw new Problem(
                            ProblemCode.DATABASE_UNAVAILABLE,
                            "The API key is not known, and Tollgate's database can't be asked at present whether it is"
                                    + " new; try again later.");
                }
                throw notAccepted("no such key, or it was revoked");
            }
        }
        if (besideOwn != null) {
            String own = bearer(exchange);
            exchange.brings(own == null ? "" : own);
        }
        return next.handle(exchange);
    }

    private static Problem notAccepted(String reason) {
        return new Problem(ProblemCode.INVALID_API_KEY, "The API key is not accepted: " + reason + ".");
    }

    private static @Nullable String bearer(Exchange exchange) {
        String authorization = exchange.header(HttpHeaders.AUTHORIZATION);
        return authorization != null
                        && authorization.regionMatches(/* ignoreCase= */ true, 0, BEARER, 0, BEARER.length())
                ? authorization.substring(BEARER.length()).strip()
                : null;
    }

    private static @Nullable String key(Exchange exchange) {
        String bearer = bearer(exchange);
        if (bearer != null) {
            return bearer;
        }
        String key = exchange.header("x-api-key");
        return key != null ? key : exchange.header("api-key");
    }
}

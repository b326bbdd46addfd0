package dev.tollgate.gateway;

import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Route;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.openai.FinishReader;
import dev.tollgate.wire.openai.RequestBody.OutputCap;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request, to be kept when it turns out to be one that may be given again: complete, cut short by nobody but
 * the caller, not too large, its usage told by the provider.
 */
final class KeptAnswer {
    private static final String EVENT_STREAM = "text/event-stream";

    private final Exchange exchange;
    private final CachePolicy policy;
    private final CacheWish wish;
    private final InstantSource clock;
    private final ComingAnswer coming;
    private @Nullable Reply reply;

    /** @param bytesMax beyond which nothing of the answer is kept */
    KeptAnswer(Exchange exchange, CachePolicy policy, CacheWish wish, InstantSource clock, int bytesMax) {
        this.exchange = exchange;
        this.policy = policy;
        this.wish = wish;
        this.clock = clock;
        this.coming = new ComingAnswer(bytesMax);
        exchange.watchAnswer(coming);
    }

    /** Notes what the provider answers. */
    Reply replied(Reply said) {
        reply = said;
        return said;
    }

    /** Hands over the answer where it may be given again. */
    void keep(LedgerEntry entry, Consumer<CachedAnswer> keeper) {
        String type = type(entry);
        if (type == null) {
            return;
        }
        boolean isStream = type.startsWith(EVENT_STREAM);
        byte[] body = coming.bytes();
        boolean cutIsWanted = exchange.body().facts().outputCap() >= 0;
        if (FinishReader.isRepeatable(exchange.path().operation(), body, isStream, cutIsWanted)) {
            Content content =
                    isStream ? new Content(/* streamed= */ true, type, body, coming.ends()) : Content.whole(type, body);
            keeper.accept(answer(entry, content, entry.usage(), entry.cost().charge()));
        }
    }

    /** The provider's answer, or null where it failed or is of no kind that may be given again. */
    byte @Nullable [] bytes(LedgerEntry entry) {
        return type(entry) == null ? null : coming.bytes();
    }

    /** The type of the answer, or null where it may not be given again. */
    private @Nullable String type(LedgerEntry entry) {
        Reply said = reply;
        if (said == null || said.status() != 200 || said.headers().contains(HttpHeaders.CONTENT_ENCODING)) {
            return null;
        }
        boolean isFit = entry.target() != null
                && entry.end().outcome() == Outcome.OK
                && !entry.cost().estimated()
                && !coming.isTooLarge()
                && !isCapped();
        return isFit ? said.headers().get(HttpHeaders.CONTENT_TYPE) : null;
    }

    /** Whether Tollgate let it ask for less than the caller, and what is set for the feature. */
    private boolean isCapped() {
        OutputCap cap = exchange.outputCap();
        return cap != null && cap.tokens() != exchange.body().presetCap();
    }

    /** What is kept of an answer, or of a part of it that has had its part of usage and cost. */
    CachedAnswer answer(LedgerEntry entry, Content content, Usage usage, Money cost) {
        Target target = entry.target();
        Route route = entry.asked().route();
        if (target == null) {
            throw new IllegalStateException("an answer from nowhere");
        }
        long now = clock.millis();
        long ttl = wish.ttlSeconds() < 0 ? policy.ttlSeconds() : Math.min(wish.ttlSeconds(), policy.ttlSeconds());
        Origin origin = new Origin(
                entry.origin().organizationId(),
                entry.asked().operation(),
                entry.asked().model(),
                route == null ? null : route.name(),
                target.modelSent(),
                target.modelServed(),
                target.provider(),
                target.simulated(),
                cost,
                entry.timing().totalMicros());
        return new CachedAnswer(now, now + TimeUnit.SECONDS.toMillis(ttl), policy.version(), origin, content, usage);
    }
}

package dev.tollgate.gateway;

import dev.tollgate.cache.CachePolicy;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.openai.FinishReader;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody.OutputCap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The answer to a request as it comes, to be kept when it turns out to be one that may be given again: complete, cut short
 * by nobody but the caller, not too large, its usage told by the provider.
 */
final class KeptAnswer implements Exchange.AnswerWatch {
    private static final String EVENT_STREAM = "text/event-stream";

    private final Exchange exchange;
    private final CachePolicy policy;
    private final CacheWish wish;
    private final InstantSource clock;
    private final List<Buffer> chunks = new ArrayList<>();
    private int length;
    private boolean tooLarge;
    private @Nullable Reply reply;

    KeptAnswer(Exchange exchange, CachePolicy policy, CacheWish wish, InstantSource clock) {
        this.exchange = exchange;
        this.policy = policy;
        this.wish = wish;
        this.clock = clock;
    }

    @Override
    public void came(Buffer chunk) {
        if (tooLarge) {
            return;
        }
        tooLarge = length + chunk.length() > policy.bytesMax();
        if (tooLarge) {
            chunks.clear();
        } else {
            chunks.add(chunk);
            length += chunk.length();
        }
    }

    @Override
    public void beginsAgain() {
        chunks.clear();
        length = 0;
        tooLarge = false;
    }

    /** Notes what the caller is answered. */
    Reply replied(Reply said) {
        reply = said;
        return said;
    }

    /** Hands over the answer where it may be given again. */
    void keep(LedgerEntry entry, Consumer<CachedAnswer> keeper) {
        Reply said = reply;
        Target target = entry.target();
        if (said == null || target == null || entry.end().outcome() != Outcome.OK || said.status() != 200) {
            return;
        }
        Operation operation = exchange.path().operation();
        String type = said.headers().get(HttpHeaders.CONTENT_TYPE);
        boolean isStream = type != null && type.startsWith(EVENT_STREAM);
        if (tooLarge
                || type == null
                || isEncoded(said)
                || isCapped()
                || entry.cost().estimated()) {
            return;
        }
        byte[] body = body();
        boolean cutIsWanted = exchange.body().facts().outputCap() >= 0;
        if (FinishReader.isRepeatable(operation, body, isStream, cutIsWanted)) {
            keeper.accept(answer(entry, target, isStream ? stream(type, body) : Content.whole(type, body)));
        }
    }

    private static boolean isEncoded(Reply said) {
        return said.headers().contains(HttpHeaders.CONTENT_ENCODING);
    }

    /** Whether Tollgate let it ask for less than the caller, and what is set for the feature. */
    private boolean isCapped() {
        OutputCap cap = exchange.outputCap();
        return cap != null && cap.tokens() != exchange.body().presetCap();
    }

    private byte[] body() {
        byte[] body = new byte[length];
        int at = 0;
        for (Buffer chunk : chunks) {
            chunk.getBytes(body, at);
            at += chunk.length();
        }
        return body;
    }

    private Content stream(String type, byte[] body) {
        int[] ends = new int[chunks.size()];
        int end = 0;
        for (int i = 0; i < ends.length; i++) {
            end += chunks.get(i).length();
            ends[i] = end;
        }
        return new Content(/* streamed= */ true, type, body, ends);
    }

    private CachedAnswer answer(LedgerEntry entry, Target target, Content content) {
        long now = clock.millis();
        long ttl = wish.ttlSeconds() < 0 ? policy.ttlSeconds() : Math.min(wish.ttlSeconds(), policy.ttlSeconds());
        Origin origin = new Origin(
                entry.origin().organizationId(),
                entry.asked().operation(),
                entry.asked().model(),
                entry.asked().route() == null ? null : entry.asked().route().name(),
                target.modelSent(),
                target.modelServed(),
                target.provider(),
                target.simulated(),
                entry.cost().charge(),
                entry.timing().totalMicros());
        return new CachedAnswer(
                now, now + TimeUnit.SECONDS.toMillis(ttl), policy.version(), origin, content, entry.usage());
    }
}

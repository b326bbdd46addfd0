package dev.tollgate.gateway;

import dev.tollgate.gateway.http.SharedFlow;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Reused;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.provider.Candidate;
import io.netty.buffer.Unpooled;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** What one request's call came to, as the others learn of it that share the call. Safe for threads. */
final class SharedAnswer {
    private static final CharSequence SAVED = HttpHeaders.createOptimized("x-tollgate-saved");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-tollgate-model");
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-tollgate-provider");

    private final Content content;
    private final long begunNanos;
    private volatile @Nullable LedgerEntry paid;

    /** What is answered. */
    sealed interface Content {}

    /** An answer that is complete. */
    record Whole(Head head, byte[] body) implements Content {
        Reply reply(Reuse reuse) {
            MultiMap headers = head.headers().set(SAVED, reuse.saved().toDollars());
            return new Reply.Whole(head.status(), headers, Buffer.buffer(Unpooled.wrappedBuffer(body)));
        }
    }

    /** An answer that goes on as it comes. */
    record Flowing(Head head, SharedFlow.Form form) implements Content {}

    /** No answer: the provider failed whoever has tried. */
    record Failed(Problem problem) implements Content {}

    /** What of an answer's head holds for all who get it. */
    record Head(int status, Map<CharSequence, String> fields) {
        static Head of(Reply reply, @Nullable Candidate place) {
            Map<CharSequence, String> fields = new HashMap<>();
            fields.put(HttpHeaders.CONTENT_TYPE, reply.headers().get(HttpHeaders.CONTENT_TYPE));
            if (reply.status() >= 400) {
                fields.put(HttpHeaders.RETRY_AFTER, reply.headers().get(HttpHeaders.RETRY_AFTER));
            }
            if (place != null) {
                boolean isSimulated = place.account().simulated();
                fields.put(PROVIDER, isSimulated ? "simulated" : place.account().provider());
                String model = place.model();
                fields.put(MODEL, model != null && Printable.is(model) ? model : null);
            }
            fields.values().removeIf(Objects::isNull);
            return new Head(reply.status(), fields);
        }

        MultiMap headers() {
            MultiMap headers = HttpHeaders.headers();
            fields.forEach(headers::set);
            return headers;
        }
    }

    /** @param begunNanos when the request that made the call came in, by {@link System#nanoTime} */
    SharedAnswer(Content content, long begunNanos) {
        this.content = content;
        this.begunNanos = begunNanos;
    }

    Content content() {
        return content;
    }

    /** The request that made the call is booked, which it is before the others hear of the answer's end. */
    void isPaidBy(LedgerEntry entry) {
        paid = entry;
    }

    /** How a request was given this answer, in full, that has joined the call at a time by {@link System#nanoTime}. */
    Reuse reuse(long joinedNanos) {
        LedgerEntry entry = paid;
        Target target = entry == null ? null : entry.target();
        boolean saidError = entry != null && entry.end().outcome() == Outcome.UPSTREAM_ERROR;
        return new Reuse(
                saidError ? Outcome.UPSTREAM_ERROR : Outcome.COALESCED,
                new Reused(
                        /* cache= */ null,
                        /* tier= */ null,
                        target == null ? null : target.modelServed(),
                        target != null && target.simulated()),
                entry == null ? Money.ZERO : entry.cost().charge(),
                TimeUnit.NANOSECONDS.toMicros(Math.max(0, joinedNanos - begunNanos)));
    }
}

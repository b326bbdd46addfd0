package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.cache.CachedAnswer.Origin;
import dev.tollgate.gateway.http.PacedFlow;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.LedgerEntry.Reused;
import dev.tollgate.ledger.Outcome;
import dev.tollgate.wire.json.InvalidJson;
import dev.tollgate.wire.openai.Embeddings;
import dev.tollgate.wire.openai.JoinedStream;
import dev.tollgate.wire.openai.ReplyReader;
import dev.tollgate.wire.openai.StreamReader;
import dev.tollgate.wire.openai.StreamedAnswer;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Gives an answer again as the caller wants it: a document, or a stream in the chunks in which it came, with usage at its end
 * where that is asked for. Ids stay as they are, because they may name what the provider keeps.
 */
final class Replays {
    private static final CharSequence EVENT_STREAM = HttpHeaders.createOptimized("text/event-stream; charset=utf-8");
    private static final CharSequence JSON = HttpHeaders.createOptimized("application/json");
    static final CharSequence SAVED = HttpHeaders.createOptimized("x-tollgate-saved");
    private static final CharSequence MODEL = HttpHeaders.createOptimized("x-tollgate-model");
    private static final CharSequence PROVIDER = HttpHeaders.createOptimized("x-tollgate-provider");

    private final Duration pace;
    private final InstantSource clock;
    private final Context context;

    /** @param pace between two chunks of a stream; zero sends them all at once */
    Replays(Duration pace, InstantSource clock, Context context) {
        this.pace = pace;
        this.clock = clock;
        this.context = context;
    }

    /** The reply, or null where the answer can't be given in the form that is wanted. */
    @Nullable
    Reply reply(Exchange exchange, Hit hit) {
        CachedAnswer answer = hit.answer();
        Reply reply;
        try {
            reply = exchange.body().facts().stream() ? streamed(exchange, answer) : whole(exchange, answer);
        } catch (InvalidJson e) {
            return null;
        }
        Money saved = hit.answer().origin().cost();
        exchange.reuses(reuse(exchange, hit, saved));
        return reply;
    }

    /** The reply with these embeddings, in their order. */
    Reply embeddings(Exchange exchange, List<Hit> hits) {
        List<byte[]> all = new ArrayList<>(hits.size());
        long tokens = 0;
        long saved = 0;
        CachedAnswer oldest = hits.getFirst().answer();
        for (Hit hit : hits) {
            CachedAnswer answer = hit.answer();
            all.add(answer.content().body());
            tokens += answer.usage().inputTokens();
            saved += answer.origin().cost().nanos();
            oldest = answer.storedAtMillis() < oldest.storedAtMillis() ? answer : oldest;
        }
        exchange.reuses(reuse(exchange, hits.getFirst(), new Money(saved)));
        String served = oldest.origin().modelServed();
        byte[] body = Embeddings.answer(
                all, served == null ? String.valueOf(oldest.origin().modelRun()) : served, tokens);
        MultiMap headers = headers(oldest, JSON).set(SAVED, new Money(saved).toDollars());
        return new Reply.Whole(200, headers, Buffer.buffer(Unpooled.wrappedBuffer(body)));
    }

    private static Reuse reuse(Exchange exchange, Hit hit, Money saved) {
        Origin origin = hit.answer().origin();
        long micros = TimeUnit.NANOSECONDS.toMicros(System.nanoTime() - exchange.startedNanos());
        return new Reuse(
                Outcome.CACHED,
                new Reused("exact", hit.tier(), origin.modelServed(), origin.simulated()),
                saved,
                Math.max(0, origin.tookMicros() - micros));
    }

    private Reply whole(Exchange exchange, CachedAnswer answer) {
        Content content = answer.content();
        byte[] body =
                content.streamed() ? JoinedStream.of(exchange.path().operation(), content.body()) : content.body();
        return new Reply.Whole(200, headers(answer, JSON), Buffer.buffer(Unpooled.wrappedBuffer(body)));
    }

    private Reply streamed(Exchange exchange, CachedAnswer answer) {
        Content content = answer.content();
        boolean usageWanted = exchange.body().facts().usageWanted();
        Content stream = content.streamed()
                ? content
                : new Content(
                        /* streamed= */ true,
                        content.contentType(),
                        StreamedAnswer.of(exchange.path().operation(), content.body(), usageWanted),
                        content.chunkEnds());
        List<Buffer> chunks = chunks(exchange, stream);
        MultiMap headers = headers(answer, EVENT_STREAM);
        if (pace.isZero() || chunks.size() < 2) {
            Buffer all = Buffer.buffer();
            chunks.forEach(all::appendBuffer);
            return new Reply.Whole(200, headers, all);
        }
        exchange.attempt().responseBytes =
                chunks.stream().mapToLong(Buffer::length).sum();
        PacedFlow flow = new PacedFlow(chunks, pace, context);
        exchange.onClientGone(flow::clientGone);
        return new Reply.Relayed(200, headers, flow);
    }

    /** What the caller gets of each chunk. */
    private static List<Buffer> chunks(Exchange exchange, Content stream) {
        boolean wantsCost = "cost".equalsIgnoreCase(exchange.header("x-tollgate-include"));
        boolean removesUsage = exchange.path().operation().hasStreamOptions()
                && !exchange.body().facts().usageWanted()
                && !wantsCost;
        StreamReader reader =
                new StreamReader(new ReplyReader(), removesUsage, wantsCost ? _ -> Money.ZERO.toDollars() : null);
        List<Buffer> chunks = new ArrayList<>(stream.chunkEnds().length + 1);
        Buffer chunk = Buffer.buffer();
        int start = 0;
        for (int end : stream.chunkEnds()) {
            reader.feed(stream.body(), start, end, chunk::appendBytes);
            if (chunk.length() > 0) {
                chunks.add(chunk);
                chunk = Buffer.buffer();
            }
            start = end;
        }
        reader.feed(stream.body(), start, stream.body().length, chunk::appendBytes);
        reader.finish(chunk::appendBytes);
        if (chunk.length() > 0) {
            chunks.add(chunk);
        }
        return chunks;
    }

    private MultiMap headers(CachedAnswer answer, CharSequence type) {
        Origin origin = answer.origin();
        MultiMap headers = HttpHeaders.headers()
                .set(HttpHeaders.CONTENT_TYPE, type)
                .set(HttpHeaders.AGE, Long.toString(answer.ageSeconds(clock.millis())))
                .set(SAVED, origin.cost().toDollars())
                .set(PROVIDER, origin.simulated() ? "simulated" : origin.provider());
        if (origin.modelRun() != null && Printable.is(origin.modelRun())) {
            headers.set(MODEL, origin.modelRun());
        }
        return headers;
    }
}

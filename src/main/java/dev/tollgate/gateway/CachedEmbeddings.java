package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.CachedAnswer.Content;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.openai.EmbeddingInputs;
import dev.tollgate.wire.openai.Embeddings;
import io.netty.buffer.Unpooled;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.buffer.Buffer;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Embeddings are kept one by one: of a batch of which some are known, the provider is asked for the others alone, and the
 * answer is put together. Each has its part of what its batch has cost, by its length.
 */
final class CachedEmbeddings {
    /** As many as OpenAI takes at once. */
    private static final int ITEMS_MAX = 2_048;

    /** The largest answer of which the embeddings are kept, and that is held to be put together with others. */
    private static final int ANSWER_BYTES_MAX = 32 << 20;

    /** A larger one is taken apart by another thread than the event loop. */
    private static final int SMALL_BYTES = 64 * 1024;

    private final AnswerCache cache;
    private final CacheKeys keys;
    private final Replays replays;
    private final InstantSource clock;
    private final Context context;

    CachedEmbeddings(AnswerCache cache, CacheKeys keys, Replays replays, InstantSource clock, Context context) {
        this.cache = cache;
        this.keys = keys;
        this.replays = replays;
        this.clock = clock;
        this.context = context;
    }

    /** What is to be embedded, and under which keys it is kept. */
    private record Batch(CacheQuestion question, EmbeddingInputs inputs, List<CacheKey> keys) {
        Exchange exchange() {
            return question.exchange();
        }
    }

    Future<Reply> handle(CacheQuestion question, Stage.Next next) {
        Exchange exchange = question.exchange();
        EmbeddingInputs inputs = EmbeddingInputs.of(exchange.body());
        if (inputs == null || inputs.size() > ITEMS_MAX) {
            exchange.cacheStatus(CacheStatus.BYPASS);
            CacheQuestion.mayGoOn(question.wish());
            return next.handle(exchange);
        }
        Batch batch = new Batch(question, inputs, keys.ofItems(question, inputs));
        if (!question.wish().mayFind()) {
            exchange.cacheStatus(CacheStatus.BYPASS);
            return askForAll(batch, next);
        }
        List<Future<@Nullable Hit>> found = batch.keys.stream().map(cache::find).toList();
        if (found.stream().allMatch(Future::isComplete)) {
            return answer(batch, found, next);
        }
        Promise<@Nullable Void> here = Promise.promise();
        Future.join(found).onComplete(_ -> context.runOnContext(_ -> here.complete()));
        return here.future().compose(_ -> answer(batch, found, next));
    }

    private Future<Reply> answer(Batch batch, List<Future<@Nullable Hit>> found, Stage.Next next) {
        long now = clock.millis();
        List<@Nullable Hit> hits = new ArrayList<>(found.size());
        List<Hit> known = new ArrayList<>(found.size());
        for (Future<@Nullable Hit> one : found) {
            Hit hit = one.result();
            boolean isKnown = hit != null && batch.question.accepts(hit, now);
            hits.add(isKnown ? hit : null);
            if (hit != null && isKnown) {
                known.add(hit);
            }
        }
        if (known.size() == hits.size()) {
            batch.exchange().cacheStatus(CacheStatus.HIT_EXACT);
            return Future.succeededFuture(replays.embeddings(batch.exchange(), known));
        }
        if (known.isEmpty()) {
            batch.exchange().cacheStatus(CacheStatus.MISS);
            return askForAll(batch, next);
        }
        CacheQuestion.mayGoOn(batch.question.wish());
        batch.exchange().cacheStatus(CacheStatus.HIT_PARTIAL);
        return askForRest(batch, hits, next);
    }

    private Future<Reply> askForAll(Batch batch, Stage.Next next) {
        CacheQuestion question = batch.question;
        CacheQuestion.mayGoOn(question.wish());
        if (question.wish().mayFind() && question.wish().mayKeep()) {
            question.exchange().mayShare(keys.of(question));
        }
        return ask(batch, IntStream.range(0, batch.inputs.size()).boxed().toList(), next);
    }

    /** Asks the provider, and keeps what it answers for these items. */
    private Future<Reply> ask(Batch batch, List<Integer> items, Stage.Next next) {
        CacheQuestion question = batch.question;
        Exchange exchange = question.exchange();
        if (!question.wish().mayKeep()) {
            return next.handle(exchange);
        }
        KeptAnswer kept = new KeptAnswer(exchange, question.policy(), question.wish(), clock, ANSWER_BYTES_MAX);
        exchange.onBooked(entry -> {
            byte[] answer = kept.bytes(entry);
            if (answer != null && answer.length <= SMALL_BYTES) {
                keep(batch, items, kept, entry, answer);
            } else if (answer != null) {
                context.executeBlocking(
                        () -> {
                            keep(batch, items, kept, entry, answer);
                            return items;
                        },
                        /* ordered= */ false);
            }
        });
        return next.handle(exchange).map(kept::replied);
    }

    private void keep(Batch batch, List<Integer> items, KeptAnswer kept, LedgerEntry entry, byte[] answer) {
        List<byte[]> embeddings = Embeddings.of(answer, items.size());
        if (embeddings == null) {
            return;
        }
        Shares cost = new Shares(entry.cost().charge().nanos(), batch, items);
        Shares tokens = new Shares(entry.usage().inputTokens(), batch, items);
        for (int i = 0; i < items.size(); i++) {
            Usage usage = Usage.builder().set(Meter.INPUT, tokens.next()).build();
            CachedAnswer one = kept.answer(
                    entry, Content.whole("application/json", embeddings.get(i)), usage, new Money(cost.next()));
            if (one.bytes() <= batch.question.policy().bytesMax()) {
                cache.keep(batch.keys.get(items.get(i)), one);
            }
        }
    }

    /** Parts of a whole by the lengths of items, which add up to it. */
    private static final class Shares {
        private final long whole;
        private final Batch batch;
        private final List<Integer> items;
        private final long lengths;
        private int at;
        private long length;
        private long given;

        Shares(long whole, Batch batch, List<Integer> items) {
            this.whole = whole;
            this.batch = batch;
            this.items = items;
            this.lengths = items.stream().mapToLong(batch.inputs::length).sum();
        }

        long next() {
            length += batch.inputs.length(items.get(at++));
            long upTo = Math.multiplyHigh(whole, length) == 0 && whole * length >= 0
                    ? whole * length / lengths
                    : whole / lengths * length;
            long share = (at == items.size() ? whole : upTo) - given;
            given += share;
            return share;
        }
    }

    private Future<Reply> askForRest(Batch batch, List<@Nullable Hit> hits, Stage.Next next) {
        Exchange exchange = batch.exchange();
        List<Integer> missing = IntStream.range(0, hits.size())
                .filter(i -> hits.get(i) == null)
                .boxed()
                .toList();
        exchange.read(batch.inputs.only(missing));
        exchange.holdsAnswerUpTo(ANSWER_BYTES_MAX);
        return ask(batch, missing, next).map(reply -> switch (reply) {
            case Reply.Whole whole -> whole.status() == 200 ? joined(exchange, hits, missing, whole) : whole;
            case Reply.Relayed relayed -> {
                relayed.flow().clientGone();
                throw unfit(exchange);
            }
        });
    }

    private Reply joined(Exchange exchange, List<@Nullable Hit> hits, List<Integer> missing, Reply.Whole answer) {
        List<byte[]> asked = Embeddings.of(answer.body().getBytes(), missing.size());
        if (asked == null) {
            throw unfit(exchange);
        }
        ReportedUsage reported = exchange.attempt().reply.usage();
        long tokens = reported == null ? 0 : reported.usage().inputTokens();
        long saved = 0;
        List<byte[]> all = new ArrayList<>(hits.size());
        int next = 0;
        for (Hit hit : hits) {
            if (hit == null) {
                all.add(asked.get(next++));
            } else {
                all.add(hit.answer().content().body());
                tokens += hit.answer().usage().inputTokens();
                saved += hit.answer().origin().cost().nanos();
            }
        }
        exchange.savesBesides(new Money(saved));
        String served = exchange.attempt().reply.model();
        byte[] body = Embeddings.answer(
                all, served == null ? String.valueOf(exchange.candidate().model()) : served, tokens);
        answer.headers().set(Replays.SAVED, new Money(saved).toDollars());
        return new Reply.Whole(200, answer.headers(), Buffer.buffer(Unpooled.wrappedBuffer(body)));
    }

    private static Problem unfit(Exchange exchange) {
        return new Problem(
                ProblemCode.UPSTREAM_INVALID_ANSWER,
                "The provider " + exchange.candidate().account().provider()
                        + " did not answer with one embedding for each text.");
    }
}

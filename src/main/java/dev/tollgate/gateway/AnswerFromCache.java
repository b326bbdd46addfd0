package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.wire.CacheWish;
import dev.tollgate.wire.openai.Operation;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;

/**
 * Answers with what the same question was answered before, where the policy lets the two share an answer: for nothing, from
 * no provider, and without a budget. Of other requests it keeps the answer, once their entry is in the journal.
 */
public final class AnswerFromCache implements Stage {
    private final @Nullable AnswerCache cache;
    private final CacheRules rules;
    private final Replays replays;
    private final InstantSource clock;
    private final Context context;
    private final CacheKeys keys = new CacheKeys();
    private final @Nullable CachedEmbeddings embeddings;

    /**
     * @param cache null where nothing is kept
     * @param context the event loop
     */
    AnswerFromCache(
            @Nullable AnswerCache cache, CacheRules rules, Replays replays, InstantSource clock, Context context) {
        this.cache = cache;
        this.rules = rules;
        this.replays = replays;
        this.clock = clock;
        this.context = context;
        this.embeddings = cache == null ? null : new CachedEmbeddings(cache, keys, replays, clock, context);
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        if (!CacheRules.isLookedUp(exchange) || exchange.touchedOrNull() != null) {
            return next.handle(exchange);
        }
        CacheWish wish = CacheWishes.of(exchange);
        CachePolicy policy = rules.policy(exchange);
        if (cache == null || embeddings == null || policy.isOff()) {
            CacheQuestion.mayGoOn(wish);
            return next.handle(exchange);
        }
        if (wish.isBypass() || !CacheRules.mayShare(exchange, policy)) {
            exchange.cacheStatus(CacheStatus.BYPASS);
            CacheQuestion.mayGoOn(wish);
            return next.handle(exchange);
        }
        CacheQuestion question = new CacheQuestion(exchange, rules.scope(exchange, policy), policy, wish);
        return exchange.path().operation() == Operation.EMBEDDING
                ? embeddings.handle(question, next)
                : lookUp(cache, question, next);
    }

    private Future<Reply> lookUp(AnswerCache answers, CacheQuestion question, Next next) {
        CacheKey key = keys.of(question);
        if (!question.wish().mayFind()) {
            question.exchange().cacheStatus(CacheStatus.BYPASS);
            return ask(answers, question, key, next);
        }
        Future<@Nullable Hit> found = answers.find(key);
        if (found.isComplete()) {
            return answer(answers, question, key, found.result(), next);
        }
        Promise<@Nullable Hit> here = Promise.promise();
        found.onComplete(hit -> context.runOnContext(_ -> here.complete(hit.result())));
        return here.future().compose(hit -> answer(answers, question, key, hit, next));
    }

    private Future<Reply> answer(
            AnswerCache answers, CacheQuestion question, CacheKey key, @Nullable Hit hit, Next next) {
        Exchange exchange = question.exchange();
        if (hit != null && question.accepts(hit, clock.millis())) {
            Reply reply = replays.reply(exchange, hit);
            if (reply != null) {
                exchange.cacheStatus(CacheStatus.HIT_EXACT);
                return Future.succeededFuture(reply);
            }
        }
        exchange.cacheStatus(CacheStatus.MISS);
        return ask(answers, question, key, next);
    }

    private Future<Reply> ask(AnswerCache answers, CacheQuestion question, CacheKey key, Next next) {
        CacheWish wish = question.wish();
        Exchange exchange = question.exchange();
        CacheQuestion.mayGoOn(wish);
        if (!wish.mayKeep()) {
            return next.handle(exchange);
        }
        if (wish.mayFind() && !exchange.body().facts().tools()) {
            exchange.mayShare(key);
        }
        CachePolicy policy = question.policy();
        KeptAnswer kept = new KeptAnswer(exchange, policy, wish, clock, policy.bytesMax());
        exchange.onBooked(entry -> kept.keep(entry, answer -> answers.keep(key, answer)));
        return next.handle(exchange).map(kept::replied);
    }
}

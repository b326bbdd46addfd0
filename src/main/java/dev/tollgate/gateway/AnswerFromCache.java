package dev.tollgate.gateway;

import dev.tollgate.cache.AnswerCache;
import dev.tollgate.cache.AnswerCache.Hit;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CachePolicy;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.wire.CacheWish;
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
    }

    @Override
    public Future<Reply> handle(Exchange exchange, Next next) {
        if (!CacheRules.isLookedUp(exchange) || exchange.touchedOrNull() != null) {
            return next.handle(exchange);
        }
        CacheWish wish = CacheWishes.of(exchange);
        CachePolicy policy = rules.policy(exchange);
        if (cache == null || policy.isOff()) {
            mayGoOn(wish);
            return next.handle(exchange);
        }
        if (wish.isBypass() || !CacheRules.mayShare(exchange, policy)) {
            exchange.cacheStatus(CacheStatus.BYPASS);
            mayGoOn(wish);
            return next.handle(exchange);
        }
        CacheKey key = keys.of(exchange, rules.scope(exchange, policy), policy.version(), wish);
        Question question = new Question(exchange, key, policy, wish);
        if (!wish.mayFind()) {
            exchange.cacheStatus(CacheStatus.BYPASS);
            return ask(question, next);
        }
        Future<@Nullable Hit> found = cache.find(key);
        if (found.isComplete()) {
            return answer(question, found.result(), next);
        }
        Promise<@Nullable Hit> here = Promise.promise();
        found.onComplete(hit -> context.runOnContext(_ -> here.complete(hit.result())));
        return here.future().compose(hit -> answer(question, hit, next));
    }

    /** A request whose answer may be kept. */
    private record Question(Exchange exchange, CacheKey key, CachePolicy policy, CacheWish wish) {
        boolean accepts(Hit hit, long nowMillis) {
            long age = hit.answer().ageSeconds(nowMillis);
            return wish.accepts(age) && age < policy.ttlSeconds();
        }
    }

    private Future<Reply> answer(Question question, @Nullable Hit hit, Next next) {
        if (hit != null && question.accepts(hit, clock.millis())) {
            Reply reply = replays.reply(question.exchange, hit);
            if (reply != null) {
                question.exchange.cacheStatus(CacheStatus.HIT_EXACT);
                return Future.succeededFuture(reply);
            }
        }
        question.exchange.cacheStatus(CacheStatus.MISS);
        return ask(question, next);
    }

    private Future<Reply> ask(Question question, Next next) {
        CacheWish wish = question.wish;
        Exchange exchange = question.exchange;
        mayGoOn(wish);
        if (cache == null || !wish.mayKeep()) {
            return next.handle(exchange);
        }
        if (wish.mayFind() && !exchange.body().facts().tools()) {
            exchange.mayShare(question.key);
        }
        KeptAnswer kept = new KeptAnswer(exchange, question.policy, wish, clock);
        exchange.watchAnswer(kept);
        exchange.onBooked(entry -> kept.keep(entry, answer -> cache.keep(question.key, answer)));
        return next.handle(exchange).map(kept::replied);
    }

    private static void mayGoOn(CacheWish wish) {
        if (wish.onlyFound()) {
            throw new Problem(
                    ProblemCode.NOT_CACHED,
                    "There is no answer to this request in the cache (Cache-Control: only-if-cached).");
        }
    }
}

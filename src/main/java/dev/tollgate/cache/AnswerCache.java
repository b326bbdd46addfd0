package dev.tollgate.cache;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The tiers one after another, the fastest first. What a lower one finds is kept in those above it. A tier that fails, or
 * takes longer than its deadline, has found nothing: a request never fails for it. Shared by event loops.
 */
public final class AnswerCache {
    private static final Future<@Nullable Hit> NOTHING = Future.succeededFuture();

    private final Level[] levels;
    private final Drops drops;
    private final Timer timer;
    private final InstantSource clock;
    private final LongSupplier nanoTime;

    /**
     * A tier in its place.
     *
     * @param deadlineMillis how long it may take to find something; what answers at once needs none
     */
    public record Place(CacheTier tier, long deadlineMillis) {}

    /** An answer that was found, and the name of the tier that had it. */
    public record Hit(CachedAnswer answer, String tier) {}

    private record Level(CacheTier tier, long deadlineMillis, LookUps lookUps) {}

    public AnswerCache(List<Place> places, Timer timer, InstantSource clock, LongSupplier nanoTime) {
        this(places, Drops.none(), timer, clock, nanoTime);
    }

    /** @param drops what is given to nobody, wherever it still lies */
    public AnswerCache(List<Place> places, Drops drops, Timer timer, InstantSource clock, LongSupplier nanoTime) {
        this.levels = places.stream()
                .map(place -> new Level(place.tier, place.deadlineMillis, new LookUps()))
                .toArray(Level[]::new);
        this.drops = drops;
        this.timer = timer;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /** Whether there is no tier, so that nothing is ever found. */
    public boolean isEmpty() {
        return levels.length == 0;
    }

    /** The answer for a key that has not expired, or null. Never fails; may complete on any thread. */
    public Future<@Nullable Hit> find(CacheKey key) {
        Future<@Nullable Hit> found = find(key, 0);
        return found.isComplete() ? found : found.map(hit -> hit != null ? hit : atHand(key));
    }

    /** What another request may have brought while a slow tier was asked, where the first one answers at once. */
    private @Nullable Hit atHand(CacheKey key) {
        Level first = levels[0];
        if (first.deadlineMillis > 0) {
            return null;
        }
        CachedAnswer answer = first.tier.find(key).result();
        return answer != null && mayBeGiven(key, answer) ? new Hit(answer, first.tier.name()) : null;
    }

    private boolean mayBeGiven(CacheKey key, CachedAnswer answer) {
        return !answer.isExpired(clock.millis()) && !drops.mean(key, answer);
    }

    private Future<@Nullable Hit> find(CacheKey key, int from) {
        for (int i = from; i < levels.length; i++) {
            Level level = levels[i];
            long asked = nanoTime.getAsLong();
            Future<@Nullable CachedAnswer> answer = level.tier.find(key);
            if (!answer.isComplete()) {
                int at = i;
                return within(level, answer).transform(found -> {
                    Hit hit = taken(key, at, found.succeeded() ? found.result() : null, found.failed(), asked);
                    return hit != null ? Future.succeededFuture(hit) : find(key, at + 1);
                });
            }
            Hit hit = taken(key, i, answer.succeeded() ? answer.result() : null, answer.failed(), asked);
            if (hit != null) {
                return Future.succeededFuture(hit);
            }
        }
        return NOTHING;
    }

    private @Nullable Hit taken(CacheKey key, int at, @Nullable CachedAnswer answer, boolean failed, long askedNanos) {
        Level level = levels[at];
        boolean isHit = answer != null && mayBeGiven(key, answer);
        level.lookUps.add(isHit, failed, nanoTime.getAsLong() - askedNanos);
        if (!isHit || answer == null) {
            return null;
        }
        for (int above = 0; above < at; above++) {
            levels[above].tier.keep(key, answer);
        }
        return new Hit(answer, level.tier.name());
    }

    private Future<@Nullable CachedAnswer> within(Level level, Future<@Nullable CachedAnswer> asked) {
        Promise<@Nullable CachedAnswer> inTime = Promise.promise();
        Runnable callOff = timer.in(level.deadlineMillis, () -> inTime.tryFail("took too long"));
        asked.onComplete(answer -> {
            callOff.run();
            if (answer.succeeded()) {
                inTime.tryComplete(answer.result());
            } else {
                inTime.tryFail(answer.cause());
            }
        });
        return inTime.future();
    }

    /** Keeps an answer in every tier. */
    public void keep(CacheKey key, CachedAnswer answer) {
        for (Level level : levels) {
            level.tier.keep(key, answer);
        }
    }

    /**
     * Drops answers from every tier, the lowest first, so that none of them comes up again. Says how many went from the tier
     * that had most of them; fails where a tier does, after the others have dropped theirs.
     */
    public Future<Long> drop(CacheSelection selection) {
        Future<Long> most = Future.succeededFuture(0L);
        for (int i = levels.length - 1; i >= 0; i--) {
            CacheTier tier = levels[i].tier;
            most = most.transform(before -> tier.drop(selection)
                    .compose(count -> before.succeeded()
                            ? Future.succeededFuture(Math.max(count, before.result()))
                            : Future.failedFuture(before.cause())));
        }
        return most;
    }

    /** What each tier was asked and holds, in their order. */
    public List<TierStatistics> statistics() {
        List<TierStatistics> all = new ArrayList<>(levels.length);
        for (Level level : levels) {
            all.add(level.lookUps.statistics(level.tier.name(), level.tier.holdings()));
        }
        return all;
    }
}

package dev.tollgate.cache;

import io.vertx.core.Future;
import org.jspecify.annotations.Nullable;

/**
 * One place where answers are kept. Keeps each scope by itself. Shared by event loops: nothing blocks, and a future may
 * complete on any thread.
 */
public interface CacheTier {
    /** Its name in the ledger, in metrics and in administration: {@code memory}, {@code redis}, {@code postgresql}. */
    String name();

    /**
     * The answer that is kept for a key, or null. It may have expired, which the caller looks after. Fails where the tier
     * can't say, and where what it has is not what it stored.
     */
    Future<@Nullable CachedAnswer> find(CacheKey key);

    /** Keeps an answer, sooner or later; what can't be kept is not kept, and nobody is told. */
    void keep(CacheKey key, CachedAnswer answer);

    /** Drops answers for good and says how many they were. */
    Future<Long> drop(CacheSelection selection);

    /** What it holds at present, as far as it knows without asking. */
    Holdings holdings();

    /**
     * What a tier holds.
     *
     * @param answers how many, or -1 where that is not known
     * @param bytes of memory or storage, or -1
     * @param evictions answers that had to go for others, since the start
     */
    record Holdings(long answers, long bytes, long evictions) {}
}

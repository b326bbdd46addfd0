package dev.tollgate.cache.memory;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Expiry;
import com.github.benmanes.caffeine.cache.RemovalCause;
import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CachedAnswer;
import io.vertx.core.Future;
import java.time.Duration;
import java.time.InstantSource;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** Answers in memory, bounded by bytes: what is asked for seldom goes first. Shared by event loops. */
public final class MemoryTier implements CacheTier {
    public static final String NAME = "memory";

    private static final Future<@Nullable CachedAnswer> NOTHING = Future.succeededFuture();

    private final Cache<CacheKey, CachedAnswer> answers;
    private final LongAdder evictions = new LongAdder();

    /**
     * @param bytesMax of all answers, with what it takes to keep them, about
     * @param nanoTime advances as time does
     */
    public MemoryTier(long bytesMax, InstantSource clock, LongSupplier nanoTime) {
        this.answers = Caffeine.newBuilder()
                .maximumWeight(bytesMax)
                .<CacheKey, CachedAnswer>weigher((_, answer) -> answer.bytes())
                .expireAfter(Expiry.<CacheKey, CachedAnswer>creating(
                        (_, answer) -> Duration.ofMillis(Math.max(0, answer.expiresAtMillis() - clock.millis()))))
                .evictionListener((_, _, cause) -> evictions.add(cause == RemovalCause.SIZE ? 1 : 0))
                .ticker(nanoTime::getAsLong)
                .executor(Runnable::run) // so that the bound holds at once, on any thread
                .build();
    }

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public Future<@Nullable CachedAnswer> find(CacheKey key) {
        CachedAnswer answer = answers.getIfPresent(key);
        return answer == null ? NOTHING : Future.succeededFuture(answer);
    }

    @Override
    public void keep(CacheKey key, CachedAnswer answer) {
        answers.put(key, answer);
    }

    @Override
    public Future<Long> drop(CacheSelection selection) {
        LongAdder dropped = new LongAdder();
        answers.asMap().entrySet().removeIf(entry -> {
            boolean goes = selection.matches(entry.getKey(), entry.getValue());
            dropped.add(goes ? 1 : 0);
            return goes;
        });
        return Future.succeededFuture(dropped.sum());
    }

    @Override
    public Holdings holdings() {
        long bytes = answers.policy()
                .eviction()
                .map(eviction -> eviction.weightedSize().orElse(-1L))
                .orElse(-1L);
        return new Holdings(answers.estimatedSize(), bytes, evictions.sum());
    }
}

package dev.tollgate.cache.store;

import dev.tollgate.cache.CacheKey;
import dev.tollgate.cache.CacheSelection;
import dev.tollgate.cache.CacheTier;
import dev.tollgate.cache.CachedAnswer;
import dev.tollgate.cache.Timer;
import dev.tollgate.cache.store.EntryStore.Entry;
import io.smallrye.faulttolerance.api.CircuitBreakerState;
import io.smallrye.faulttolerance.api.TypedGuard;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import jakarta.enterprise.util.TypeLiteral;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A tier over a store outside of this process, which may be slow, gone or emptied. A question waits for a bounded time, only
 * so many are under way, and once several have failed none is asked any more, but for a few that try it again after a
 * pause. Answers are written behind. An entry that can't be read is counted, removed, and was never there.
 */
public final class StoredTier implements CacheTier {
    private static final Future<@Nullable CachedAnswer> NOTHING = Future.succeededFuture();
    private static final TypeLiteral<CompletionStage<Optional<byte[]>>> BYTES = new TypeLiteral<>() {};

    /** What is longer is decoded by a worker thread. */
    private static final int DECODED_AT_ONCE_BYTES = 32 * 1024;

    private final EntryStore store;
    private final Supplier<@Nullable EntryCodec> codec;
    private final StoredTierSettings settings;
    private final Timer timer;
    private final Vertx vertx;
    private final WriteBehind<Kept> writes;
    private final TypedGuard<CompletionStage<Optional<byte[]>>> breaker;
    private final AtomicInteger asking = new AtomicInteger();
    private final LongAdder spared = new LongAdder();
    private final LongAdder crowded = new LongAdder();
    private final LongAdder unreadable = new LongAdder();
    private volatile boolean givenUp;

    private record Kept(CacheKey key, CachedAnswer answer) {}

    /**
     * @param codec makes and reads entries; null as long as its key is not known, when nothing is found or kept
     * @param vertx whose worker threads do so
     */
    public StoredTier(
            EntryStore store,
            Supplier<@Nullable EntryCodec> codec,
            StoredTierSettings settings,
            Timer timer,
            Vertx vertx) {
        this.store = store;
        this.codec = codec;
        this.settings = settings;
        this.timer = timer;
        this.vertx = vertx;
        this.writes = new WriteBehind<>(settings.writes(), this::write, timer);
        this.breaker = TypedGuard.create(BYTES)
                .withCircuitBreaker()
                .requestVolumeThreshold(settings.failuresWatched())
                .failureRatio(0.5)
                .delay(settings.pauseMillis(), ChronoUnit.MILLIS)
                .successThreshold(settings.trials())
                .onStateChange(state -> givenUp = state != CircuitBreakerState.CLOSED)
                .done()
                .build();
    }

    @Override
    public String name() {
        return store.name();
    }

    @Override
    public Future<@Nullable CachedAnswer> find(CacheKey key) {
        EntryCodec reader = codec.get();
        if (reader == null) {
            return NOTHING;
        }
        if (!store.mayHave(key)) {
            spared.increment();
            return NOTHING;
        }
        Promise<Optional<byte[]>> found = Promise.promise();
        breaker.get(() -> ask(key).toCompletionStage()).whenComplete((bytes, failure) -> {
            if (failure == null) {
                found.complete(bytes);
            } else {
                found.fail(failure);
            }
        });
        return found.future()
                .compose(
                        bytes -> bytes.map(entry -> decoded(reader, key, entry)).orElse(NOTHING));
    }

    /** What the store has, if it says so in time. A question counts as under way until the store is done with it. */
    private Future<Optional<byte[]>> ask(CacheKey key) {
        if (asking.incrementAndGet() > settings.askingMax()) {
            asking.decrementAndGet();
            crowded.increment();
            return Future.succeededFuture(Optional.empty());
        }
        Promise<Optional<byte[]>> inTime = Promise.promise();
        Runnable callOff = timer.in(
                settings.patienceMillis(),
                () -> inTime.tryFail(
                        new TimeoutException(store.name() + ": no answer in " + settings.patienceMillis() + " ms")));
        store.read(key).onComplete(read -> {
            asking.decrementAndGet();
            callOff.run();
            if (read.succeeded()) {
                inTime.tryComplete(Optional.ofNullable(read.result()));
            } else {
                inTime.tryFail(read.cause());
            }
        });
        return inTime.future();
    }

    private Future<@Nullable CachedAnswer> decoded(EntryCodec reader, CacheKey key, byte[] entry) {
        Future<@Nullable CachedAnswer> answer;
        if (entry.length <= DECODED_AT_ONCE_BYTES) {
            answer = decodedAtOnce(reader, key, entry);
        } else {
            answer = vertx.executeBlocking(() -> reader.decode(key, entry), /* ordered= */ false);
        }
        return answer.recover(failure -> {
            if (!(failure instanceof EntryCodec.Unreadable)) {
                return Future.failedFuture(failure);
            }
            unreadable.increment();
            store.remove(key).onComplete(_ -> {});
            return NOTHING;
        });
    }

    private static Future<@Nullable CachedAnswer> decodedAtOnce(EntryCodec reader, CacheKey key, byte[] entry) {
        try {
            return Future.succeededFuture(reader.decode(key, entry));
        } catch (EntryCodec.Unreadable e) {
            return Future.failedFuture(e);
        }
    }

    @Override
    public void keep(CacheKey key, CachedAnswer answer) {
        writes.add(new Kept(key, answer), answer.bytes());
    }

    /** Of several answers for a key the last one is written. */
    private Future<Void> write(List<Kept> batch) {
        Map<CacheKey, CachedAnswer> last = new LinkedHashMap<>();
        batch.forEach(kept -> last.put(kept.key, kept.answer));
        EntryCodec maker = codec.get();
        if (maker == null) {
            return Future.failedFuture("the key of entries is not known yet");
        }
        return vertx.executeBlocking(() -> entries(maker, last), /* ordered= */ false)
                .compose(entries -> entries.isEmpty()
                        ? Future.<Void>succeededFuture()
                        : store.write(entries).timeout(settings.writePatienceMillis(), TimeUnit.MILLISECONDS));
    }

    private static List<Entry> entries(EntryCodec maker, Map<CacheKey, CachedAnswer> answers) {
        List<Entry> entries = new ArrayList<>(answers.size());
        answers.forEach((key, answer) -> {
            byte[] bytes = maker.encode(key, answer);
            if (bytes != null) {
                entries.add(new Entry(key, answer, bytes));
            }
        });
        return entries;
    }

    @Override
    public Future<Long> drop(CacheSelection selection) {
        return store.drop(selection);
    }

    @Override
    public Holdings holdings() {
        return store.holdings();
    }

    /** Whether the store is not asked, or only on trial, because it has failed too often. */
    public boolean isGivenUp() {
        return givenUp;
    }

    /** What became of questions and answers that are not told as hits, misses or failures. */
    public Counts counts() {
        return new Counts(spared.sum(), crowded.sum(), unreadable.sum(), writes.lost(), writes.bytes());
    }

    /**
     * Counts since the start.
     *
     * @param spared look-ups that the store was spared, because it was known not to have the key
     * @param crowded look-ups that found nothing because too many were under way
     * @param unreadable entries that could not be read and were removed
     * @param lost answers that were not stored: no room in the queue, or the store failed
     * @param waitingBytes of answers that wait to be stored, at present
     */
    public record Counts(long spared, long crowded, long unreadable, long lost, long waitingBytes) {}
}

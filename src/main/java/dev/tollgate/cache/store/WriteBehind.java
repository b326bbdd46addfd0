package dev.tollgate.cache.store;

import dev.tollgate.cache.Timer;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A queue of what is to be written, bounded in bytes, and emptied in batches, one at a time. What finds no room, and what
 * can't be written, is lost and counted. Safe for threads.
 */
final class WriteBehind<T> {
    private final WriteBehindSettings settings;
    private final Function<List<T>, Future<Void>> writer;
    private final Timer timer;
    private final ConcurrentLinkedQueue<Item<T>> queue = new ConcurrentLinkedQueue<>();
    private final AtomicLong bytes = new AtomicLong();
    private final AtomicBoolean busy = new AtomicBoolean();
    private final LongAdder lost = new LongAdder();

    private record Item<T>(T value, long bytes) {}

    /** @param writer writes a batch; completes when it is written or never will be */
    WriteBehind(WriteBehindSettings settings, Function<List<T>, Future<Void>> writer, Timer timer) {
        this.settings = settings;
        this.writer = writer;
        this.timer = timer;
    }

    /** Has it written soon, if there is room. */
    void add(T value, long valueBytes) {
        if (bytes.addAndGet(valueBytes) > settings.queueBytesMax()) {
            bytes.addAndGet(-valueBytes);
            lost.increment();
            return;
        }
        queue.add(new Item<>(value, valueBytes));
        if (busy.compareAndSet(false, true)) {
            var _ = timer.in(settings.pauseMillis(), this::writeBatch);
        }
    }

    /** How many were lost. */
    long lost() {
        return lost.sum();
    }

    /** Bytes that wait. */
    long bytes() {
        return bytes.get();
    }

    private void writeBatch() {
        List<Item<T>> batch = nextBatch();
        if (batch.isEmpty()) {
            end();
            return;
        }
        long batchBytes = batch.stream().mapToLong(Item::bytes).sum();
        writer.apply(batch.stream().map(Item::value).toList()).onComplete(written -> {
            bytes.addAndGet(-batchBytes);
            if (written.failed()) {
                lost.add(batch.size());
            }
            if (queue.isEmpty()) {
                end();
            } else {
                var _ = timer.in(settings.pauseMillis(), this::writeBatch);
            }
        });
    }

    private List<Item<T>> nextBatch() {
        List<Item<T>> batch = new ArrayList<>();
        long batchBytes = 0;
        @Nullable Item<T> next = queue.poll();
        while (next != null) {
            batch.add(next);
            batchBytes += next.bytes;
            boolean isFull = batch.size() >= settings.batchMax() || batchBytes >= settings.batchBytesMax();
            next = isFull ? null : queue.poll();
        }
        return batch;
    }

    /** Somebody may have added something before the others could see that nobody writes any more. */
    private void end() {
        busy.set(false);
        if (!queue.isEmpty() && busy.compareAndSet(false, true)) {
            var _ = timer.in(settings.pauseMillis(), this::writeBatch);
        }
    }
}

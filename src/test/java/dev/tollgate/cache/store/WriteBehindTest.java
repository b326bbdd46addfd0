package dev.tollgate.cache.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.cache.Timer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;

class WriteBehindTest {
    private final Queue<Runnable> due = new ArrayDeque<>();
    private final Timer timer = (_, action) -> {
        due.add(action);
        return () -> {};
    };
    private final List<List<String>> written = new ArrayList<>();
    private Future<Void> outcome = Future.succeededFuture();
    private final WriteBehind<String> queue = new WriteBehind<>(
            new WriteBehindSettings(/* queueBytesMax= */ 100, /* batchMax= */ 3, /* batchBytesMax= */ 50, 10),
            batch -> {
                written.add(batch);
                return outcome;
            },
            timer);

    private void pass() {
        for (Runnable next = due.poll(); next != null; next = due.poll()) {
            next.run();
        }
    }

    @Test
    void what_is_added_is_written_later_in_order_and_in_batches() {
        List.of("a", "b", "c", "d").forEach(text -> queue.add(text, 10));
        assertThat(written).isEmpty();
        pass();
        assertThat(written).containsExactly(List.of("a", "b", "c"), List.of("d"));
        assertThat(queue.bytes()).isZero();
    }

    @Test
    void a_batch_is_full_at_so_many_bytes() {
        queue.add("a", 60);
        queue.add("b", 10);
        pass();
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void what_finds_no_room_is_lost_and_counted_and_room_comes_back() {
        queue.add("a", 60);
        queue.add("too much", 60);
        assertThat(queue.lost()).isEqualTo(1);
        pass();
        queue.add("b", 60);
        pass();
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
    }

    @Test
    void what_can_not_be_written_is_lost_and_what_follows_is_tried() {
        outcome = Future.failedFuture("gone");
        queue.add("a", 10);
        queue.add("b", 10);
        pass();
        assertThat(queue.lost()).isEqualTo(2);
        outcome = Future.succeededFuture();
        queue.add("c", 10);
        pass();
        assertThat(written).containsExactly(List.of("a", "b"), List.of("c"));
    }

    @Test
    void one_batch_is_written_at_a_time_and_what_comes_meanwhile_waits() {
        Promise<Void> slow = Promise.promise();
        outcome = slow.future();
        queue.add("a", 10);
        pass();
        queue.add("b", 10);
        pass();
        assertThat(written).containsExactly(List.of("a"));
        assertThat(queue.bytes()).isEqualTo(20);
        outcome = Future.succeededFuture();
        slow.complete();
        pass();
        assertThat(written).containsExactly(List.of("a"), List.of("b"));
        assertThat(queue.bytes()).isZero();
    }
}

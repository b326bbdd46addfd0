package dev.tollgate.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What senders do with what waits, in virtual time. */
class DispatcherTest {
    private static final Instant START = Instant.parse("2026-11-21T12:00:00Z");
    private static final Channel CHANNEL = new Channel(
            "chn_1",
            null,
            "ops",
            Subscription.ALL,
            true,
            new Target.Slack(SecretUrl.parse("https://example.com/x")),
            START,
            START,
            1);

    private final Waiting waiting = new Waiting();
    private final Deque<Promise<Attempt>> brought = new ArrayDeque<>();
    private final List<Duration> timers = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(
            waiting,
            (_, _) -> {
                Promise<Attempt> promise = Promise.promise();
                brought.add(promise);
                return promise.future();
            },
            new Backoff(Duration.ofSeconds(5), new Random(1)),
            (wait, _) -> timers.add(wait));

    @Test
    void what_arrives_is_done() {
        waiting.add(1, 11);
        dispatcher.wake();
        brought.remove().complete(Attempt.delivered(200, 3));
        assertThat(waiting.told).containsExactly("delivered 1");
        assertThat(dispatcher.deliveredCount()).isEqualTo(1);
    }

    @Test
    void what_fails_is_tried_again_after_a_while_that_grows() {
        List<Duration> longest = List.of(Duration.ofSeconds(5), Duration.ofSeconds(15), Duration.ofSeconds(45));
        for (int attempt = 1; attempt <= longest.size(); attempt++) {
            waiting.add(attempt, 5);
            dispatcher.wake();
            brought.remove().complete(Attempt.failed(500, 3, "answered 500"));
            Duration longestWait = longest.get(attempt - 1);
            assertThat(waiting.waits.getLast()).isBetween(longestWait.dividedBy(2), longestWait);
        }
        assertThat(timers).as("it looks again when that time has come").isEqualTo(waiting.waits);
        assertThat(waiting.told).containsExactly("retry 1", "retry 2", "retry 3");
    }

    @Test
    void a_receiver_that_asks_for_time_gets_it() {
        waiting.add(1, 5);
        dispatcher.wake();
        brought.remove().complete(Attempt.failed(429, 3, "answered 429").retriedAfter(Duration.ofSeconds(70)));
        assertThat(waiting.waits).containsExactly(Duration.ofSeconds(70));
    }

    @Test
    void the_last_attempt_that_fails_is_the_end() {
        waiting.add(12, 0);
        dispatcher.wake();
        brought.remove().complete(Attempt.failed(500, 3, "answered 500"));
        assertThat(waiting.told).containsExactly("give up 12");
        assertThat(dispatcher.deadCount()).isEqualTo(1);
        assertThat(timers).isEmpty();
    }

    @Test
    void a_receiver_that_is_gone_is_not_asked_again() {
        waiting.add(1, 11);
        dispatcher.wake();
        brought.remove().complete(Attempt.failed(410, 3, "answered 410").asFinal());
        assertThat(waiting.told).containsExactly("give up 1");
    }

    @Test
    void sixteen_are_sent_at_once_and_the_next_when_one_has_ended() {
        for (int i = 0; i < 20; i++) {
            waiting.add(1, 11);
        }
        dispatcher.wake();
        assertThat(brought).hasSize(16);
        brought.remove().complete(Attempt.delivered(200, 3));
        assertThat(brought).hasSize(16);
        while (!brought.isEmpty()) {
            brought.remove().complete(Attempt.delivered(200, 3));
        }
        assertThat(waiting.told).hasSize(20);
    }

    /** The database may give out fewer than there is room for, and still have more. */
    @Test
    void it_takes_until_there_is_nothing_more() {
        waiting.atOnceMax = 3;
        for (int i = 0; i < 10; i++) {
            waiting.add(1, 11);
        }
        dispatcher.wake();
        assertThat(brought).hasSize(10);
    }

    @Test
    void a_defect_of_one_message_stops_nobody() {
        Waiting two = new Waiting();
        two.add(1, 11);
        two.add(2, 11);
        Dispatcher defective = new Dispatcher(
                two,
                (alert, _) -> {
                    if (two.told.isEmpty()) {
                        two.told.add("broke");
                        throw new IllegalStateException("a defect");
                    }
                    return Future.succeededFuture(Attempt.delivered(200, 1));
                },
                new Backoff(Duration.ofSeconds(5), new Random(1)),
                (_, _) -> {});
        defective.wake();
        assertThat(two.told).containsExactly("broke", "delivered 2");
        assertThat(defective.stop().isComplete()).isTrue();
    }

    @Test
    void stopping_waits_for_what_is_under_way_and_takes_no_more() {
        waiting.add(1, 11);
        dispatcher.wake();
        waiting.add(2, 11);
        Future<Void> stopped = dispatcher.stop();
        assertThat(stopped.isComplete()).isFalse();
        brought.remove().complete(Attempt.delivered(200, 3));
        dispatcher.wake();
        assertThat(stopped.succeeded()).isTrue();
        assertThat(brought).isEmpty();
        assertThat(waiting.told).containsExactly("delivered 1");
    }

    @Test
    void a_database_that_is_away_is_asked_again_at_the_next_call() {
        waiting.away = true;
        dispatcher.wake();
        waiting.away = false;
        waiting.add(1, 11);
        dispatcher.wake();
        assertThat(brought).hasSize(1);
    }

    private static final class Waiting implements Deliveries {
        private final Deque<Delivery> due = new ArrayDeque<>();
        private final List<String> told = new ArrayList<>();
        private final List<Duration> waits = new ArrayList<>();
        private int atOnceMax = Integer.MAX_VALUE;
        private boolean away;

        void add(int attempt, int attemptsLeft) {
            Alert alert = new Alert(1, "alr_1", "test", null, Severity.INFO, "a test", new JsonObject(), START, START);
            due.add(new Delivery(due.size(), attempt, attemptsLeft, alert, CHANNEL));
        }

        @Override
        public Future<List<Delivery>> take(int max) {
            if (away) {
                return Future.failedFuture("away");
            }
            List<Delivery> taken = new ArrayList<>();
            while (taken.size() < Math.min(max, atOnceMax) && !due.isEmpty()) {
                taken.add(due.remove());
            }
            return Future.succeededFuture(taken);
        }

        @Override
        public Future<Void> delivered(Delivery delivery, Attempt attempt) {
            told.add("delivered " + delivery.attempt());
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> retry(Delivery delivery, Attempt attempt, Duration wait) {
            told.add("retry " + delivery.attempt());
            waits.add(wait);
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> giveUp(Delivery delivery, Attempt attempt) {
            told.add("give up " + delivery.attempt());
            return Future.succeededFuture();
        }
    }
}

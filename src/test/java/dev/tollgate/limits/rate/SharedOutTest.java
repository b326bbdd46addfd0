package dev.tollgate.limits.rate;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Reason;
import dev.tollgate.limits.rate.Decision.Refused;
import dev.tollgate.testkit.Seeds;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Replicas that share limits out, in virtual time, over a board in memory. */
class SharedOutTest {
    private static final Bucket RATE = new Bucket("requests", Rate.per(1_000, 100));
    private static final Bucket SLOTS = new Bucket("slots", new Concurrency(5));

    private final VirtualTime time = new VirtualTime();
    private final Board board = new Board(time);

    /** What replicas say stands here. Writing and reading may be some time apart, in which others write and read. */
    private static final class Board implements DemandBoard {
        private final VirtualTime time;
        private final Map<String, Map<String, Offer>> said = new HashMap<>();
        private final Map<String, Long> saidAt = new HashMap<>();
        private Random delays = new Random(0);
        private int delayMillis = 1;
        private boolean gone;

        Board(VirtualTime time) {
            this.time = time;
        }

        @Override
        public Future<Seen> exchange(String replica, Map<String, Offer> own) {
            if (gone) {
                return Future.failedFuture("the board is gone");
            }
            said.put(replica, Map.copyOf(own));
            saidAt.put(replica, time.getAsLong());
            Promise<Seen> seen = Promise.promise();
            time.in(delays.nextInt(delayMillis), () -> seen.complete(read(replica)));
            return seen.future();
        }

        private Seen read(String reader) {
            Map<String, List<Offer>> others = new HashMap<>();
            int living = 1;
            for (Map.Entry<String, Map<String, Offer>> each : said.entrySet()) {
                long silentNanos = time.getAsLong() - saidAt.getOrDefault(each.getKey(), 0L);
                if (!each.getKey().equals(reader) && silentNanos < SharedOut.DEAD_AFTER_MILLIS * 1_000_000) {
                    living++;
                    each.getValue()
                            .forEach((key, offer) -> others.computeIfAbsent(key, _ -> new ArrayList<>())
                                    .add(offer));
                }
            }
            return new Seen(living, others);
        }
    }

    private SharedOut replica(String name) {
        SharedOut replica = new SharedOut(board, name, 100, time, time);
        time.advance(2);
        return replica;
    }

    private static boolean asks(SharedOut replica, Bucket bucket) {
        return replica.tryAcquire(List.of(new Charge(bucket, 1))).result() instanceof Admitted;
    }

    /** So many requests a second at each replica, evenly, and how many of them each admits in the last second. */
    private int[] traffic(int seconds, List<SharedOut> replicas, int... perSecond) {
        int[] admitted = new int[replicas.size()];
        for (int second = 0; second < seconds; second++) {
            admitted = new int[replicas.size()];
            for (int milli = 0; milli < 1_000; milli++) {
                for (int i = 0; i < replicas.size(); i++) {
                    if (milli * perSecond[i] / 1_000 < (milli + 1) * perSecond[i] / 1_000
                            && asks(replicas.get(i), RATE)) {
                        admitted[i]++;
                    }
                }
                time.advance(1);
            }
        }
        return admitted;
    }

    @Test
    void a_replica_that_is_alone_has_all_of_it() {
        SharedOut alone = replica("a");
        for (int i = 0; i < 100; i++) {
            assertThat(asks(alone, RATE)).isTrue();
        }
        assertThat(asks(alone, RATE)).isFalse();
    }

    @Test
    void idle_replicas_lend_theirs() {
        List<SharedOut> replicas = List.of(replica("a"), replica("b"), replica("c"));
        int[] admitted = traffic(6, replicas, 200, 0, 0);
        assertThat(admitted[0]).isBetween(99, 101);
    }

    @Test
    void shares_follow_demand() {
        List<SharedOut> replicas = List.of(replica("a"), replica("b"));
        int[] before = traffic(8, replicas, 300, 10);
        assertThat(before[0]).isGreaterThan(85);
        assertThat(before[1]).isBetween(4, 10);
        int[] after = traffic(8, replicas, 10, 300);
        assertThat(after[1]).isGreaterThan(85);
        assertThat(after[0]).isBetween(4, 10);
    }

    @Test
    void equal_demand_has_equal_shares() {
        List<SharedOut> replicas = List.of(replica("a"), replica("b"), replica("c"));
        for (int admitted : traffic(8, replicas, 200, 200, 200)) {
            assertThat(admitted).isBetween(32, 34);
        }
    }

    @Test
    void the_share_of_a_replica_that_died_is_taken_over() {
        SharedOut dying = replica("dying");
        SharedOut living = replica("living");
        traffic(5, List.of(dying, living), 200, 200);
        dying.close();
        assertThat(traffic(9, List.of(living), 200)[0]).isLessThan(60);
        assertThat(traffic(6, List.of(living), 200)[0]).isBetween(99, 101);
    }

    @Test
    void without_the_board_shares_become_equal_and_follow_demand_again_when_it_is_back() {
        List<SharedOut> replicas = List.of(replica("a"), replica("b"));
        traffic(6, replicas, 200, 0);
        board.gone = true;
        traffic(5, replicas, 200, 200);
        assertThat(traffic(3, replicas, 200, 200)).containsExactly(50, 50);
        board.gone = false;
        assertThat(traffic(24, replicas, 200, 0)[0]).isBetween(99, 101);
    }

    @Test
    void shares_in_use_never_add_up_to_more_than_the_limit() {
        int cases = Seeds.each(20, random -> {
            VirtualTime clock = new VirtualTime();
            Board slow = new Board(clock);
            slow.delays = random;
            slow.delayMillis = 900;
            List<SharedOut> replicas = IntStream.range(0, 2 + random.nextInt(3))
                    .mapToObj(i -> new SharedOut(slow, "replica-" + i, 100, clock, clock))
                    .toList();
            clock.advance(random.nextInt(3_000));
            replicas.forEach(replica -> ask(replica, RATE, 1));
            replicas.forEach(replica -> ask(replica, SLOTS, 0));
            clock.advance(4_000);
            for (int second = 0; second < 60; second++) {
                for (SharedOut replica : replicas) {
                    ask(replica, RATE, 1 + random.nextInt(3) * random.nextInt(100));
                    ask(replica, SLOTS, random.nextInt(4));
                }
                clock.advance(random.nextInt(1_000));
                assertThat(used(replicas, RATE)).isLessThanOrEqualTo(Share.MOST_PARTS + replicas.size());
                assertThat(used(replicas, SLOTS)).isLessThanOrEqualTo(5);
            }
        });
        assertThat(cases).isPositive();
    }

    private static void ask(SharedOut replica, Bucket bucket, int times) {
        for (int i = 0; i < times; i++) {
            if (replica.tryAcquire(List.of(new Charge(bucket, 1))).result() instanceof Admitted admitted) {
                admitted.permit().release();
            }
        }
        replica.tryAcquire(List.of(new Charge(bucket, 0))).result();
    }

    private static long used(List<SharedOut> replicas, Bucket bucket) {
        return replicas.stream()
                .mapToLong(replica -> replica.share(bucket.key()).parts())
                .sum();
    }

    @Test
    void replicas_together_admit_no_more_than_the_limit_while_demand_moves_about() {
        int cases = Seeds.each(10, random -> {
            VirtualTime clock = new VirtualTime();
            Board slow = new Board(clock);
            slow.delays = random;
            slow.delayMillis = 300;
            List<SharedOut> replicas = IntStream.range(0, 3)
                    .mapToObj(i -> new SharedOut(slow, "replica-" + i, 100, clock, clock))
                    .toList();
            clock.advance(1_000);
            replicas.forEach(replica -> ask(replica, RATE, 1));
            clock.advance(4_000);
            List<Long> admitted = new ArrayList<>();
            int busy = 0;
            for (long milli = 0; milli < 30_000; milli++) {
                if (milli % 5_000 == 0) {
                    busy = random.nextInt(3);
                }
                for (int i = 0; i < replicas.size(); i++) {
                    if (random.nextInt(i == busy ? 2 : 50) == 0 && asks(replicas.get(i), RATE)) {
                        admitted.add(milli);
                    }
                }
                clock.advance(1);
            }
            // The limit is 100 a second and a burst of 100. Each of three replicas may be one request ahead, and use a
            // thousandth of the rate that it did not claim.
            for (int first = 0; first < admitted.size(); first += 7) {
                for (int last = first; last < admitted.size(); last += 11) {
                    long span = admitted.get(last) - admitted.get(first);
                    assertThat(last - first + 1L)
                            .isLessThanOrEqualTo(100 + 3 + (100 * span + 999) / 1_000 * 1_003 / 1_000);
                }
            }
            // Some seconds are lost whenever demand moves.
            assertThat(admitted).hasSizeGreaterThan(100 * 30 * 6 / 10);
        });
        assertThat(cases).isPositive();
    }

    @Test
    void a_slow_rate_fills_although_shares_change_all_the_time() {
        Bucket slow = new Bucket("slow", Rate.per(60_000, 6));
        List<SharedOut> replicas = List.of(replica("a"), replica("b"));
        Random random = new Random(1);
        int admitted = 0;
        for (int second = 0; second < 600; second++) {
            for (SharedOut replica : replicas) {
                for (int i = 1 + random.nextInt(9); i > 0; i--) {
                    admitted += asks(replica, slow) ? 1 : 0;
                }
            }
            time.advance(1_000);
        }
        // 6 a minute for ten minutes, and a burst of 6; a new bucket has an equal share before others have heard of it.
        assertThat(admitted).isBetween(50, 60 + 6 + 6);
    }

    @Test
    void of_very_many_buckets_only_those_with_the_most_demand_are_told_of() {
        SharedOut a = replica("a");
        replica("b");
        for (int i = 0; i < SharedOut.TOLD_MOST + 100; i++) {
            ask(a, new Bucket("user-" + i, Rate.per(1_000, 100)), 1);
        }
        ask(a, RATE, 5);
        time.advance(1_000);
        assertThat(board.said.get("a")).hasSize(SharedOut.TOLD_MOST).containsKey(RATE.key());
    }

    @Test
    void the_only_slot_goes_where_it_is_asked_for() {
        Bucket only = new Bucket("only", new Concurrency(1));
        SharedOut a = replica("a");
        SharedOut b = replica("b");
        ask(a, only, 0);
        ask(b, only, 0);
        for (int second = 0; second < 6; second++) {
            ask(b, only, 5);
            time.advance(1_000);
        }
        assertThat(asks(a, only)).isFalse();
        assertThat(asks(b, only)).isTrue();
    }

    @Test
    void what_is_larger_than_a_share_gets_through_when_nothing_else_is_left_in_it() {
        SharedOut a = replica("a");
        SharedOut b = replica("b");
        asks(a, RATE);
        asks(b, RATE);
        time.advance(5_000);
        List<Charge> large = List.of(new Charge(RATE, 100));
        assertThat(a.tryAcquire(large).result()).isInstanceOf(Admitted.class);
        Refused again = (Refused) a.tryAcquire(large).result();
        assertThat(again.reason()).isEqualTo(Reason.RATE);
        assertThat(a.tryAcquire(List.of(new Charge(RATE, 101))).result())
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.reason()).isEqualTo(Reason.LARGER_THAN_LIMIT));
    }
}

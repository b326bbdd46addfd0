package dev.tollgate.limits.budget;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.budget.Period.Unit;
import dev.tollgate.limits.budget.ShareStore.Beat;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.budget.Spend.End;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.Instant;
import java.time.Month;
import java.time.ZoneId;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What holds of every store of shares. Each test has a budget of its own, and where nothing else is said of 1,000. */
public abstract class ShareStoreContract {
    private static final long NOW = Instant.parse("2026-11-21T12:34:56Z").toEpochMilli();
    private static final long AMOUNT = 1_000;

    private final UUID journal = UUID.randomUUID();
    private int budgets;

    protected abstract ShareStore store();

    protected abstract void add(Budget budget, long amount);

    protected abstract long openReplica(UUID journal);

    protected abstract void releaseShares(UUID journal, long beforeEpoch);

    protected abstract void book(Spend spend);

    /** Puts an entry into quarantine. */
    protected abstract void quarantine(Spend spend);

    protected abstract void setAmount(long windowId, long amount);

    protected abstract void close(long windowId);

    protected abstract Standing standing(long windowId);

    /** What a replica was granted, less what it gave back. */
    protected abstract long granted(long windowId, long epoch);

    protected abstract long excess(long windowId);

    /** What does not fit together. */
    protected abstract List<String> drift();

    @AfterEach
    void nothing_has_drifted() {
        assertThat(drift()).isEmpty();
    }

    @Test
    void a_window_is_opened_once_for_each_subject_and_period() {
        Budget budget = budget(Unit.DAY, AMOUNT);
        Window window = await(store().windowAt(budget, "cli_1", NOW));

        assertThat(window.budgetId()).isEqualTo(budget.id());
        assertThat(window.subject()).isEqualTo("cli_1");
        assertThat(window.measure()).isEqualTo(Measure.TOKENS);
        assertThat(Instant.ofEpochMilli(window.startsMillis())).isEqualTo("2026-11-21T00:00:00Z");
        assertThat(Instant.ofEpochMilli(window.endsMillis())).isEqualTo("2026-11-22T00:00:00Z");
        assertThat(await(store().windowAt(budget, "cli_1", window.startsMillis())))
                .isEqualTo(window);
        assertThat(await(store().windowAt(budget, "cli_1", window.endsMillis() - 1)))
                .isEqualTo(window);
        assertThat(await(store().windowAt(budget, "cli_1", window.endsMillis())).id())
                .isNotEqualTo(window.id());
        assertThat(await(store().windowAt(budget, "cli_2", NOW)).id()).isNotEqualTo(window.id());
    }

    @Test
    void the_window_of_a_budget_without_periods_has_bounds_too() {
        Window window = await(store().windowAt(budget(Unit.TOTAL, AMOUNT), "", NOW));
        assertThat(Instant.ofEpochMilli(window.startsMillis())).isEqualTo(Bounds.ALWAYS.start());
        assertThat(Instant.ofEpochMilli(window.endsMillis())).isEqualTo(Bounds.ALWAYS.end());
    }

    @Test
    void a_share_is_what_was_wanted_but_at_most_a_quarter_of_what_is_free() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        assertThat(given(window, epoch, 1, 10, 100)).isEqualTo(100);
        assertThat(given(window, epoch, 2, 10, 900)).isEqualTo(225); // a quarter of 900
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 0, 0, 325));
    }

    @Test
    void where_little_is_free_a_share_is_what_is_needed() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        assertThat(given(window, epoch, 1, 126, 900)).isEqualTo(126); // a quarter is less than two of them
        assertThat(given(window, epoch, 2, 874, 900)).isEqualTo(874);
        assertThat(refused(window, epoch, 3, 1)).isEqualTo(new Standing(AMOUNT, 0, 0, AMOUNT));
    }

    @Test
    void what_was_spent_while_the_budget_only_counted_is_not_granted_again() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        book(Spend.of(window, epoch, 0, 800));
        assertThat(given(window, epoch, 1, 150, 150)).isEqualTo(150);
        assertThat(refused(window, epoch, 2, 51)).isEqualTo(new Standing(AMOUNT, 800, 0, 950));
        book(Spend.of(window, epoch, 150, 150));
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 950, 0, 950));
    }

    @Test
    void more_than_is_free_is_refused_as_a_whole() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        assertThat(refused(window, epoch, 1, AMOUNT + 1)).isEqualTo(new Standing(AMOUNT, 0, 0, 0));
        assertThat(refused(window, epoch, 2, Long.MAX_VALUE)).isEqualTo(new Standing(AMOUNT, 0, 0, 0));
        assertThat(given(window, epoch, 3, AMOUNT, AMOUNT)).isEqualTo(AMOUNT);
    }

    @Test
    void a_call_that_comes_again_gets_the_same_answer_and_is_done_once() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        assertThat(given(window, epoch, 1, 10, 100)).isEqualTo(100);
        assertThat(given(window, epoch, 1, 10, 100)).isEqualTo(100);
        giveBack(window, epoch, 2, 60);
        giveBack(window, epoch, 2, 60);
        assertThat(granted(window, epoch)).isEqualTo(40);
    }

    @Test
    void a_call_that_was_refused_and_comes_late_is_not_done() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        long other = openReplica(UUID.randomUUID());
        given(window, other, 1, 600, 600);
        refused(window, epoch, 1, 500);
        giveBack(window, other, 2, 600);

        refused(window, epoch, 1, 500); // the first one, that lay somewhere

        assertThat(standing(window).used()).isZero();
        assertThat(given(window, epoch, 2, 500, 500)).isEqualTo(500);
        giveBack(window, epoch, 3, 500);
        refused(window, epoch, 2, 500);
        assertThat(standing(window).used()).isZero();
    }

    @Test
    void what_is_given_back_is_free_for_others() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        long other = openReplica(UUID.randomUUID());
        given(window, epoch, 1, AMOUNT, AMOUNT);
        refused(window, other, 1, 1);
        giveBack(window, epoch, 2, 300);
        assertThat(given(window, other, 2, 300, 300)).isEqualTo(300);
        assertThat(standing(window).used()).isEqualTo(AMOUNT);
    }

    @Test
    void more_than_was_granted_is_not_taken_back() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 100, 100);
        assertThatThrownBy(() -> giveBack(window, epoch, 2, 101)).isNotNull();
        assertThat(granted(window, epoch)).isEqualTo(100);
    }

    @Test
    void what_is_booked_is_settled_and_stays_granted() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 500, 500);
        Spend spend = Spend.of(window, epoch, 300, 120);
        book(spend);
        book(spend);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 120, 0, 500));
        giveBack(window, epoch, 2, 380);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 120, 0, 120));
    }

    /** 100 are granted, two requests hold 50 each. The first costs 70, so that 120 will be used, which nobody else may have. */
    @Test
    void what_a_request_costs_beyond_its_hold_is_used_at_once() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 100, 100);
        book(Spend.of(window, epoch, 50, 70));
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 70, 0, 120));
        assertThat(excess(window)).isEqualTo(20);
        book(Spend.of(window, epoch, 50, 50));
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 120, 0, 120));
    }

    @Test
    void what_may_have_been_spent_is_used_and_no_longer_granted() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 500, 500);
        book(Spend.of(window, epoch, 300, 120).as(End.IN_DOUBT));
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 120, 180, 500));
        assertThat(granted(window, epoch)).isEqualTo(320); // 120 spent, 200 free
        giveBack(window, epoch, 2, 200);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 120, 180, 300));
    }

    @Test
    void a_doubt_beyond_the_hold_is_none() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 500, 500);
        book(Spend.of(window, epoch, 100, 130).as(End.IN_DOUBT));
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 130, 0, 530));
        assertThat(excess(window)).isEqualTo(30);
    }

    /** Of 200 granted, one request was cut off and one holds 100. Whatever the first one cost, the second is covered. */
    @Test
    void the_truth_after_a_guess_leaves_what_others_hold_covered() {
        for (long truth : List.of(0L, 10L, 30L, 60L, 100L, 150L)) {
            long window = window(AMOUNT);
            long epoch = openReplica(UUID.randomUUID());
            given(window, epoch, 1, 200, 200);
            Spend guess = Spend.of(window, epoch, 100, 30).as(End.GUESSED);
            book(guess);
            assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 30, 70, 200));
            book(guess.costing(truth).as(End.KNOWN));
            assertThat(standing(window)).as("truth %d", truth).isEqualTo(new Standing(AMOUNT, truth, 0, truth + 100));
            assertThat(excess(window)).isEqualTo(Math.max(0, truth - 100));
            book(Spend.of(window, epoch, 100, 100));
            assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, truth + 100, 0, truth + 100));
        }
    }

    @Test
    void the_truth_after_a_guess_beyond_the_hold_counts_the_excess_once() {
        for (long truth : List.of(20L, 100L, 120L, 150L, 180L)) {
            long window = window(AMOUNT);
            long epoch = openReplica(UUID.randomUUID());
            given(window, epoch, 1, 200, 200);
            Spend guess = Spend.of(window, epoch, 100, 150).as(End.GUESSED);
            book(guess);
            book(guess.costing(truth).as(End.KNOWN));
            assertThat(excess(window)).as("truth %d", truth).isEqualTo(Math.max(0, truth - 100));
            assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, truth, 0, truth + 100));
        }
    }

    @Test
    void a_guess_after_the_truth_is_dropped() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 200, 200);
        Spend truth = Spend.of(window, epoch, 100, 60);
        book(truth);
        book(truth.costing(30).as(End.GUESSED));
        book(truth);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 60, 0, 200));
    }

    @Test
    void a_replica_that_lost_its_place_gets_nothing_and_its_entries_still_count() {
        long window = window(AMOUNT);
        long before = openReplica(journal);
        given(window, before, 1, 400, 400);
        long after = openReplica(journal);

        assertThat(await(store().grant(window, before, 2, 1, 1))).isInstanceOf(Grant.Superseded.class);
        giveBack(window, before, 2, 100);
        assertThat(granted(window, before)).isEqualTo(400);
        book(Spend.of(window, before, 50, 40));
        releaseShares(journal, after);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 40, 0, 40));
        assertThat(await(store().beat(before)).live()).isFalse();
        assertThat(await(store().beat(after)).live()).isTrue();
        assertThat(given(window, after, 1, 960, 960)).isEqualTo(960);
    }

    @Test
    void shares_of_other_journals_are_not_released() {
        long window = window(AMOUNT);
        long stranger = openReplica(UUID.randomUUID());
        long before = openReplica(journal);
        given(window, stranger, 1, 100, 100);
        given(window, before, 1, 100, 100);
        releaseShares(journal, openReplica(journal));
        assertThat(standing(window).used()).isEqualTo(100);
    }

    /** Of 500 granted one request held 100 and one holds 400. Whatever the first one cost, the second is covered. */
    @Test
    void what_is_in_quarantine_is_used_as_what_is_booked_would_be() {
        for (End end : End.values()) {
            for (long cost : List.of(0L, 30L, 100L, 150L)) {
                long window = window(AMOUNT);
                UUID mine = UUID.randomUUID();
                long epoch = openReplica(mine);
                given(window, epoch, 1, 500, 500);
                Spend poison = Spend.of(window, epoch, 100, cost).as(end);
                long inDoubt = end == End.KNOWN ? cost : Math.max(cost, 100);
                long used = 500 + Math.max(0, cost - 100);
                quarantine(poison);
                quarantine(poison);
                assertThat(standing(window)).as("%s %d", end, cost).isEqualTo(new Standing(AMOUNT, 0, inDoubt, used));
                assertThat(excess(window)).isEqualTo(Math.max(0, cost - 100));

                book(Spend.of(window, epoch, 400, 400));
                long after = openReplica(mine);
                releaseShares(mine, after);
                assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 400, inDoubt, 400 + inDoubt));

                book(poison);
                book(poison);
                assertThat(standing(window))
                        .as("%s %d is booked after all", end, cost)
                        .isEqualTo(new Standing(AMOUNT, 400 + cost, inDoubt - Math.min(cost, inDoubt), 400 + inDoubt));
                assertThat(excess(window)).isEqualTo(Math.max(0, cost - 100));
            }
        }
    }

    /** The disk was thought lost, its shares were given to others, and then its journal came after all. */
    @Test
    void entries_that_come_after_their_share_was_released_are_an_excess() {
        long window = window(AMOUNT);
        long before = openReplica(journal);
        given(window, before, 1, AMOUNT, AMOUNT);
        long after = openReplica(journal);
        releaseShares(journal, after);
        given(window, after, 1, AMOUNT, AMOUNT);

        book(Spend.of(window, before, 500, 300));

        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 300, 0, AMOUNT + 300));
        assertThat(excess(window)).isEqualTo(300);
    }

    @Test
    void a_closed_window_gives_nothing_and_still_counts() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 100, 100);
        close(window);
        assertThat(await(store().grant(window, epoch, 2, 1, 1))).isInstanceOf(Grant.Closed.class);
        book(Spend.of(window, epoch, 100, 90));
        giveBack(window, epoch, 2, 10);
        assertThat(standing(window)).isEqualTo(new Standing(AMOUNT, 90, 0, 90));
    }

    /** Between a call and its repetition the window is closed; the other call is one that was answered. */
    @Test
    void what_an_answer_gave_that_got_lost_is_taken_back_when_its_window_is_closed() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        given(window, epoch, 1, 100, 100);
        given(window, epoch, 2, 40, 40);
        close(window);
        for (int time = 0; time < 2; time++) {
            assertThat(await(store().grant(window, epoch, 2, 40, 40))).isInstanceOf(Grant.Closed.class);
            assertThat(granted(window, epoch)).isEqualTo(100);
        }
        assertThat(await(store().grant(window, epoch, 3, 40, 40))).isInstanceOf(Grant.Closed.class);
        assertThat(granted(window, epoch)).isEqualTo(100);
    }

    @Test
    void a_window_that_is_no_more_is_closed() {
        assertThat(await(store().grant(987_654_321, openReplica(journal), 1, 1, 1)))
                .isInstanceOf(Grant.Closed.class);
    }

    @Test
    void after_a_decrease_nothing_is_given_until_enough_came_back() {
        long window = window(AMOUNT);
        long epoch = openReplica(journal);
        long other = openReplica(UUID.randomUUID());
        given(window, epoch, 1, 800, 800);
        setAmount(window, 500);
        assertThat(refused(window, other, 1, 1)).isEqualTo(new Standing(500, 0, 0, 800));
        giveBack(window, epoch, 2, 299);
        refused(window, other, 2, 1);
        giveBack(window, epoch, 3, 101);
        assertThat(given(window, other, 3, 100, 100)).isEqualTo(100);
        setAmount(window, 2_000);
        assertThat(given(window, other, 4, 1_500, 1_500)).isEqualTo(1_500);
    }

    @Test
    void who_has_something_of_a_recalled_window_hears_of_it() {
        long window = window(AMOUNT);
        long idle = window(AMOUNT);
        long epoch = openReplica(journal);
        long other = openReplica(UUID.randomUUID());
        given(window, epoch, 1, 100, 100);
        given(idle, epoch, 1, 100, 100);
        assertThat(await(store().beat(epoch)).recalled()).isEmpty();
        await(store().recall(window));
        assertThat(await(store().beat(epoch)).recalled()).containsExactly(window);
        assertThat(await(store().beat(other)).recalled()).isEmpty();
        setAmount(idle, 50);
        assertThat(await(store().beat(epoch)).recalled()).containsExactlyInAnyOrder(window, idle);
    }

    @Test
    void a_beat_tells_how_many_replicas_there_are() {
        long epoch = openReplica(journal);
        int before = await(store().beat(epoch)).replicas();
        long other = openReplica(UUID.randomUUID());
        Beat beat = await(store().beat(other));
        assertThat(beat.replicas()).isEqualTo(before + 1);
        assertThat(await(store().beat(123_456_789)).live()).isFalse();
    }

    /** Random calls of three replicas that keep to the protocol: never is more used than there is, whatever they do. */
    @Test
    void no_order_of_calls_uses_more_than_there_is() {
        for (long seed = 1; seed <= 5; seed++) {
            Random random = new Random(seed);
            long window = window(AMOUNT);
            List<Replica> replicas = List.of(new Replica(window), new Replica(window), new Replica(window));
            for (int step = 0; step < 200; step++) {
                replicas.get(random.nextInt(replicas.size())).step(random);
                Standing standing = standing(window);
                assertThat(standing.used()).as("seed %d, step %d", seed, step).isBetween(standing.settled(), AMOUNT);
                assertThat(standing.used())
                        .isEqualTo(standing.inDoubt()
                                + replicas.stream().mapToLong(Replica::covered).sum());
            }
            assertThat(drift()).as("seed %d", seed).isEmpty();
        }
    }

    /** What a replica knows of its share, with holds that cost at most what was held. */
    private final class Replica {
        private final long window;
        private final long epoch = openReplica(UUID.randomUUID());
        private final Deque<Long> holds = new ArrayDeque<>();
        private long call;
        private long free;
        private long settled;

        Replica(long window) {
            this.window = window;
        }

        long covered() {
            return settled + free + holds.stream().mapToLong(hold -> hold).sum();
        }

        void step(Random random) {
            int amount = 1 + random.nextInt(60);
            switch (random.nextInt(5)) {
                case 0 -> {
                    if (await(store().grant(window, epoch, ++call, amount, 4L * amount)) instanceof Grant.Given given) {
                        free += given.amount();
                    }
                }
                case 1 -> {
                    long back = Math.min(free, amount);
                    free -= back;
                    giveBack(window, epoch, ++call, back);
                }
                case 2, 3 -> {
                    if (free >= amount) {
                        free -= amount;
                        holds.add((long) amount);
                    }
                }
                default -> {
                    if (!holds.isEmpty()) {
                        long hold = holds.remove();
                        Spend spend = Spend.of(window, epoch, hold, random.nextLong(hold + 1));
                        End end = End.values()[random.nextInt(3)];
                        book(spend.as(end));
                        if (end == End.KNOWN) {
                            free += hold - spend.amount();
                        }
                        settled += spend.amount();
                        if (end == End.GUESSED) {
                            long truth = random.nextLong(hold + 1);
                            book(spend.costing(truth));
                            settled += truth - spend.amount();
                        }
                    }
                }
            }
        }
    }

    /** The window of a new budget. */
    private long window(long amount) {
        return await(store().windowAt(budget(Unit.TOTAL, amount), "", NOW)).id();
    }

    private Budget budget(Unit unit, long amount) {
        Budget budget = new Budget(
                "bud_contract_" + journal + "_" + ++budgets,
                "",
                Scope.of(Owner.PLATFORM, ""),
                Mode.HARD,
                Measure.TOKENS,
                new Period(unit, ZoneId.of("UTC"), DayOfWeek.MONDAY, Month.JANUARY));
        add(budget, amount);
        return budget;
    }

    private long given(long window, long epoch, long call, long need, long want) {
        Grant grant = await(store().grant(window, epoch, call, need, want));
        assertThat(grant).isInstanceOf(Grant.Given.class);
        return ((Grant.Given) grant).amount();
    }

    private Standing refused(long window, long epoch, long call, long need) {
        Grant grant = await(store().grant(window, epoch, call, need, need));
        assertThat(grant).isInstanceOf(Grant.Refused.class);
        return ((Grant.Refused) grant).standing();
    }

    private void giveBack(long window, long epoch, long call, long amount) {
        await(store().giveBack(window, epoch, call, amount));
    }

    protected static <T> T await(Future<T> future) {
        try {
            return future.toCompletionStage().toCompletableFuture().get(30, TimeUnit.SECONDS);
        } catch (InterruptedException | ExecutionException | TimeoutException e) {
            throw new IllegalStateException(e);
        }
    }
}

package dev.tollgate.limits.budget;

import static dev.tollgate.limits.budget.BudgetRig.AMOUNT;
import static dev.tollgate.limits.budget.BudgetRig.START;
import static dev.tollgate.limits.budget.BudgetRig.all;
import static dev.tollgate.limits.budget.BudgetRig.budget;
import static dev.tollgate.limits.budget.BudgetRig.charge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.budget.BudgetRig.StoreByHand.Call;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.Future;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** What a replica does with its share of a window, and what it says to the store about it. */
class ShareTest {
    private static final Budget MONTH = budget("bud_month", Mode.HARD);
    private static final Budget HOUR = budget("bud_hour", Mode.HARD, Period.Unit.HOUR);
    private static final long HOUR_MILLIS = Duration.ofHours(1).toMillis();

    private final BudgetRig rig = new BudgetRig();
    private final BudgetRig.StoreByHand store = rig.store;

    private long free() {
        return rig.budgets.free(1);
    }

    private long held() {
        return rig.budgets.held(1);
    }

    @Nested
    class Holds {
        @Test
        void what_is_left_is_what_nobody_was_granted_and_what_is_unspent_here() {
            assertThat(rig.budgets.percentLeft(List.of(MONTH), BudgetRig.TRAITS))
                    .as("nothing is known")
                    .isEqualTo(100);
            Hold hold = rig.given(100, MONTH);
            int held = rig.budgets.percentLeft(List.of(MONTH), BudgetRig.TRAITS);
            hold.settle(charge(30), null, START);
            int settled = rig.budgets.percentLeft(List.of(MONTH), BudgetRig.TRAITS);
            assertThat(held).as("what is held is not spent").isEqualTo(100);
            assertThat(settled).isEqualTo((int) (100 * (AMOUNT - 30) / AMOUNT));
        }

        @Test
        void what_was_not_spent_is_free_again() {
            rig.given(100, MONTH).settle(charge(30), null, START);
            assertThat(free()).isEqualTo(70);
            assertThat(held()).isZero();
        }

        @Test
        void what_may_have_been_spent_stays_out_of_use() {
            rig.given(100, MONTH).settle(charge(30), charge(100), START);
            assertThat(free()).isZero();
            assertThat(held()).isZero();
        }

        @Test
        void of_that_no_more_than_it_can_be() {
            Hold hold = rig.given(100, MONTH);
            assertThat(hold.amountsUpTo(charge(80))).containsExactly(80);
            hold.settle(charge(30), charge(80), START);
            assertThat(free()).isEqualTo(20);
        }

        @Test
        void what_can_not_have_been_spent_is_free_before_the_end() {
            Hold hold = rig.given(100, MONTH);
            hold.keepUpTo(charge(80));
            assertThat(free()).isEqualTo(20);
            assertThat(held()).isEqualTo(80);
            hold.keepUpTo(charge(90));
            assertThat(held()).as("what was given back is gone").isEqualTo(80);
            hold.settle(charge(30), charge(80), START);
            hold.keepUpTo(charge(0));
            assertThat(free()).isEqualTo(20);
            assertThat(held()).isZero();
        }

        @Test
        void what_was_spent_beyond_a_hold_is_the_stores_to_add() {
            Hold other = rig.given(50, MONTH);
            rig.given(100, MONTH).settle(charge(130), null, START);
            assertThat(free()).isZero();
            assertThat(held()).isEqualTo(50);
            other.release();
            assertThat(free()).isEqualTo(50);
        }

        @Test
        void an_end_with_nonsense_neither_throws_nor_makes_money() {
            rig.given(100, MONTH).settle(charge(-5), null, START);
            assertThat(free()).isEqualTo(100);
            rig.given(100, MONTH).settle(charge(Long.MAX_VALUE), charge(100), START);
            assertThat(free()).isZero();
            assertThat(held()).isZero();
        }

        @Test
        void a_hold_ends_once() {
            Hold hold = rig.given(100, MONTH);
            hold.release();
            hold.release();
            hold.settle(charge(60), null, START);
            assertThat(free()).isEqualTo(100);
        }

        @Test
        void threads_that_hold_and_settle_at_once_lose_and_make_nothing() throws InterruptedException {
            rig.given(1_000, MONTH).release();
            AtomicLong spent = new AtomicLong();
            List<Thread> threads = IntStream.range(0, 4)
                    .mapToObj(thread -> Thread.ofPlatform().start(() -> {
                        for (int i = 0; i < 10_000; i++) {
                            Future<Hold> hold =
                                    rig.budgets.hold(List.of(MONTH), BudgetRig.TRAITS, all(7 + thread), task -> {});
                            if (hold.succeeded() && i % 100 == 0) {
                                hold.result().settle(charge(1), null, START);
                                spent.incrementAndGet();
                            } else if (hold.succeeded()) {
                                hold.result().release();
                            }
                        }
                    }))
                    .toList();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(held()).isZero();
            assertThat(free() + spent.get()).isEqualTo(1_000);
        }
    }

    @Nested
    class Slices {
        @Test
        void asks_for_what_a_minute_needs_at_the_rate_of_the_last() {
            rig.given(100, MONTH);
            rig.pass(10_000);
            rig.hold(100, MONTH);
            assertThat(store.open().need()).isEqualTo(100);
            assertThat(store.open().want()).as("100 in 10 s").isEqualTo(600);
        }

        @Test
        void is_refilled_at_half_once_and_nobody_waits_for_it() {
            rig.given(100, MONTH);
            rig.pass(10_000);
            rig.hold(100, MONTH);
            store.give(1_000);
            rig.run();
            int before = store.calls.size();
            rig.given(300, MONTH);
            assertThat(store.calls).as("600 of 1,000 are free").hasSize(before);
            rig.given(300, MONTH);
            assertThat(store.open().need()).as("another one like it").isEqualTo(300);
            rig.given(100, MONTH);
            assertThat(store.calls).hasSize(before + 1);
        }

        @Test
        void asks_once_however_many_requests_find_too_little() {
            List<Future<Hold>> holds =
                    IntStream.range(0, 50).mapToObj(_ -> rig.hold(10, MONTH)).toList();
            assertThat(store.calls).hasSize(1);
            store.give(500);
            rig.run();
            assertThat(holds).allMatch(Future::succeeded);
            assertThat(store.calls).hasSize(1);
        }
    }

    @Nested
    class LostAnswers {
        @Test
        void a_call_whose_answer_got_lost_is_made_again_with_its_number() {
            rig.hold(100, MONTH);
            Call lost = store.open();
            store.lose();
            rig.run();
            rig.hold(70, MONTH);
            Call again = store.open();
            assertThat(List.of(again.number(), again.need(), again.want()))
                    .containsExactly(lost.number(), lost.need(), lost.want());
            store.give(100);
            rig.run();
            assertThat(free()).isEqualTo(30);
        }

        @Test
        void what_the_lost_call_gave_counts_towards_the_next() {
            rig.hold(100, MONTH);
            store.lose();
            rig.run();
            Future<Hold> hold = rig.hold(150, MONTH);
            store.give(100);
            rig.run();
            assertThat(store.open().need()).isEqualTo(50);
            store.give(50);
            rig.run();
            assertThat(hold.succeeded()).isTrue();
        }

        @Test
        void what_was_to_be_given_back_is_given_back_once() {
            rig.given(100, MONTH).release();
            var _ = rig.budgets.recalled(List.of(1L));
            Call lost = store.open();
            assertThat(lost.back()).isEqualTo(100);
            assertThat(free()).as("out of use before").isZero();
            store.lose();
            rig.run();
            rig.hold(10, MONTH);
            assertThat(store.open().back()).isEqualTo(100);
            assertThat(store.open().number()).isEqualTo(lost.number());
            store.answer(new Grant.Given(0, new Standing(AMOUNT, 0, 0, 0)));
            rig.run();
            assertThat(store.open().need()).isEqualTo(10);
        }

        @Test
        void numbers_grow_even_when_a_share_was_forgotten_in_between() {
            rig.given(100, MONTH).settle(charge(100), null, START);
            long before = store.last().number();
            rig.pass(Duration.ofMinutes(11).toMillis());
            rig.tick(MONTH);
            assertThat(rig.budgets.windowCount())
                    .as("idle and empty, so forgotten")
                    .isZero();
            rig.hold(100, MONTH);
            assertThat(store.open().number()).isGreaterThan(before);
        }
    }

    @Nested
    class GivingBack {
        @Test
        void a_recall_takes_what_is_free_and_leaves_what_is_held() {
            rig.given(100, MONTH).release();
            rig.given(40, MONTH);
            var _ = rig.budgets.recalled(List.of(1L, 999L));
            assertThat(store.open().back()).isEqualTo(60);
            assertThat(held()).isEqualTo(40);
        }

        @Test
        void who_asks_meanwhile_waits_for_the_end_and_asks_then() {
            rig.given(100, MONTH).release();
            var _ = rig.budgets.recalled(List.of(1L));
            Future<Hold> hold = rig.hold(30, MONTH);
            assertThat(hold.isComplete()).isFalse();
            store.answer(new Grant.Given(0, new Standing(AMOUNT, 0, 0, 0)));
            rig.run();
            assertThat(store.open().need()).isEqualTo(30);
            store.give();
            rig.run();
            assertThat(hold.succeeded()).isTrue();
            assertThat(rig.budgets.windowCount()).isEqualTo(1);
        }

        @Test
        void what_nobody_uses_is_given_back_and_then_forgotten() {
            rig.given(100, MONTH).release();
            rig.pass(Duration.ofMinutes(11).toMillis());
            rig.tick(MONTH);
            assertThat(store.open().back()).isEqualTo(100);
            store.answer(new Grant.Given(0, new Standing(AMOUNT, 0, 0, 0)));
            rig.tick(MONTH);
            assertThat(rig.budgets.windowCount()).isZero();
        }

        @Test
        void before_the_process_ends_all_that_is_free_is_given_back() {
            rig.given(100, MONTH, HOUR).release();
            var _ = rig.budgets.giveBackAll();
            assertThat(store.calls.stream().mapToLong(Call::back).sum()).isEqualTo(200);
        }
    }

    @Nested
    class Windows {
        @Test
        void the_next_window_and_a_share_of_it_are_had_before_it_begins() {
            rig.given(100, HOUR).settle(charge(40), null, START);
            rig.pass(HOUR_MILLIS - 5_000);
            rig.given(30, HOUR).release();
            rig.tick(HOUR);
            assertThat(store.windows).hasSize(2);
            assertThat(store.open().window()).isEqualTo(2);
            store.give();
            rig.pass(5_000);
            int before = store.calls.size();
            assertThat(rig.hold(30, HOUR).result().windowIds()).containsExactly(2);
            assertThat(store.calls).hasSize(before);
        }

        @Test
        void windows_that_begin_at_one_time_are_opened_spread_over_a_minute() {
            Budget[] many = IntStream.range(0, 100)
                    .mapToObj(i -> budget("bud_" + i, Mode.SOFT, Period.Unit.HOUR))
                    .toArray(Budget[]::new);
            rig.pass(HOUR_MILLIS - 60_000);
            rig.hold(1, many);
            List<Integer> opened = new ArrayList<>();
            for (int second = 0; second < 60; second++) {
                int before = store.windows.size();
                rig.tick(many);
                opened.add(store.windows.size() - before);
                rig.pass(1_000);
            }
            assertThat(opened.stream().mapToInt(each -> each).sum()).isEqualTo(100);
            assertThat(opened).allMatch(each -> each <= 10);
        }

        @Test
        void a_request_ends_in_the_window_that_it_began_in() {
            Hold hold = rig.given(100, HOUR);
            rig.pass(HOUR_MILLIS);
            rig.tick(HOUR);
            assertThat(rig.given(10, HOUR).windowIds()).containsExactly(2);
            assertThat(rig.budgets.windowCount()).isEqualTo(2);
            hold.settle(charge(70), null, START);
            rig.tick(HOUR);
            assertThat(store.open().window()).isEqualTo(1);
            assertThat(store.open().back()).isEqualTo(30);
            store.answer(new Grant.Given(0, new Standing(AMOUNT, 0, 0, 0)));
            rig.tick(HOUR);
            assertThat(rig.budgets.windowCount()).isEqualTo(1);
        }

        @Test
        void where_the_store_has_closed_a_window_a_clock_that_lags_goes_on_to_the_next() {
            Future<Hold> hold = rig.hold(100, HOUR);
            store.answer(new Grant.Closed());
            rig.run();
            assertThat(store.open().window()).isEqualTo(2);
            store.give(500);
            rig.run();
            assertThat(hold.result().windowIds()).containsExactly(2);
            int before = store.calls.size();
            assertThat(rig.hold(100, HOUR).succeeded()).isTrue();
            assertThat(store.calls).hasSize(before);
        }

        @Test
        void of_two_closed_windows_it_finds_the_third() {
            Future<Hold> hold = rig.hold(100, HOUR);
            store.answer(new Grant.Closed());
            rig.run();
            store.answer(new Grant.Closed());
            rig.run();
            assertThat(store.open().window()).isEqualTo(3);
            store.give();
            rig.run();
            assertThat(hold.succeeded()).isTrue();
        }
    }
}

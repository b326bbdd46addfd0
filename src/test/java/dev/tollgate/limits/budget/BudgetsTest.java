package dev.tollgate.limits.budget;

import static dev.tollgate.limits.budget.BudgetRig.AMOUNT;
import static dev.tollgate.limits.budget.BudgetRig.all;
import static dev.tollgate.limits.budget.BudgetRig.atLeast;
import static dev.tollgate.limits.budget.BudgetRig.budget;
import static dev.tollgate.limits.budget.BudgetRig.charge;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.budget.BudgetRefusal.Reason;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.Future;
import java.util.List;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** How a request comes to its hold, or to a refusal. */
class BudgetsTest {
    private static final Budget MONTH = budget("bud_month", Mode.HARD);
    private static final Budget OTHER = budget("bud_other", Mode.HARD);

    private final BudgetRig rig = new BudgetRig();
    private final BudgetRig.StoreByHand store = rig.store;

    private static BudgetRefusal refusal(Future<Hold> hold) {
        assertThat(hold.failed()).as("refused").isTrue();
        return (BudgetRefusal) hold.cause();
    }

    @Test
    void without_budgets_there_is_nothing_to_hold() {
        assertThat(rig.hold(100).result().isEmpty()).isTrue();
        assertThat(store.calls).isEmpty();
    }

    @Test
    void the_first_request_asks_for_exactly_what_it_needs() {
        Future<Hold> hold = rig.hold(100, MONTH);
        assertThat(store.open().need()).isEqualTo(100);
        assertThat(store.open().want()).isEqualTo(100);
        store.give(100);
        rig.run();
        assertThat(hold.result().amountsUpTo(null)).containsExactly(100);
        assertThat(hold.result().windowIds()).containsExactly(1);
        assertThat(hold.result().epoch()).isEqualTo(1);
        assertThat(rig.budgets.held(1)).isEqualTo(100);
        assertThat(rig.budgets.free(1)).isZero();
    }

    @Test
    void what_is_free_is_held_at_once_and_asks_nobody() {
        rig.given(100, MONTH).release();
        int before = store.calls.size();
        Future<Hold> hold = rig.budgets.hold(List.of(MONTH), BudgetRig.TRAITS, all(60), rig.executor());
        assertThat(hold.isComplete()).isTrue();
        assertThat(rig.budgets.free(1)).isEqualTo(40);
        assertThat(store.calls).hasSize(before);
    }

    @Test
    void all_budgets_hold_or_none_does() {
        rig.given(100, MONTH).release();
        Future<Hold> hold = rig.hold(100, MONTH, OTHER);
        assertThat(rig.budgets.free(1)).as("not held while the other is asked").isEqualTo(100);
        store.refuse(AMOUNT, 0, AMOUNT);
        rig.run();
        assertThat(refusal(hold).budget()).isEqualTo(OTHER);
        assertThat(rig.budgets.free(1)).isEqualTo(100);
        assertThat(rig.budgets.held(1)).isZero();
    }

    @Test
    void nothing_needs_nothing() {
        rig.given(100, MONTH);
        assertThat(rig.hold(0, MONTH).succeeded())
                .as("a free model on a budget that is used up")
                .isTrue();
    }

    @Nested
    class Refusals {
        @Test
        void spent_money_exceeds() {
            Future<Hold> hold = rig.hold(100, MONTH);
            store.refuse(950, 0, 1_000);
            rig.run();
            assertThat(refusal(hold).reason()).isEqualTo(Reason.EXCEEDED);
            assertThat(refusal(hold).need()).isEqualTo(100);
            assertThat(refusal(hold).standing()).isEqualTo(new Standing(AMOUNT, 950, 0, 1_000));
            assertThat(refusal(hold).window()).isEqualTo(store.windows.getFirst());
        }

        @Test
        void money_in_doubt_exceeds() {
            Future<Hold> hold = rig.hold(100, MONTH);
            store.refuse(500, 401, 901);
            rig.run();
            assertThat(refusal(hold).reason()).isEqualTo(Reason.EXCEEDED);
        }

        @Test
        void money_that_others_hold_never_exceeds() {
            Future<Hold> hold = rig.hold(100, MONTH);
            store.refuse(900, 0, 1_000);
            rig.run();
            assertThat(hold.isComplete()).as("it waits").isFalse();
            assertThat(store.recalled).containsExactly(1L);
            while (!hold.isComplete()) {
                rig.pass(100);
                if (store.isAsked()) {
                    store.refuse(900, 0, 1_000);
                    rig.run();
                }
            }
            assertThat(refusal(hold).reason()).isEqualTo(Reason.BUSY);
        }

        @Test
        void a_request_that_can_do_with_less_takes_what_is_not_spent() {
            Future<Hold> hold = rig.hold(atLeast(10, 100), MONTH);
            store.refuse(950, 0, 950);
            rig.run();
            assertThat(store.open().need()).isEqualTo(50);
            store.give(50);
            rig.run();
            assertThat(hold.result().amountsUpTo(null)).containsExactly(50);
            assertThat(hold.result().want().most()).isEqualTo(charge(50));
        }

        @Test
        void after_waiting_it_is_capped_to_a_fair_share() {
            Future<Hold> first = rig.hold(atLeast(10, 100), MONTH);
            Future<Hold> second = rig.hold(atLeast(10, 100), MONTH);
            while (!first.isComplete() || !second.isComplete()) {
                if (!store.isAsked()) {
                    rig.pass(100);
                } else if (store.open().need() > 60) {
                    store.refuse(0, 0, 940);
                } else {
                    store.give();
                }
                rig.run();
            }
            assertThat(first.result().amountsUpTo(null))
                    .as("60 are free, and two wait")
                    .containsExactly(30);
            assertThat(second.succeeded()).isTrue();
        }

        @Test
        void a_refusal_is_not_remembered_when_rules_have_changed() {
            rig.hold(100, MONTH);
            store.refuse(950, 0, 1_000);
            rig.run();
            rig.budgets.forgetRefusals();
            Future<Hold> hold = rig.hold(100, MONTH);
            store.give(100);
            rig.run();
            assertThat(hold.succeeded()).isTrue();
        }

        @Test
        void a_refusal_is_remembered_for_a_moment() {
            rig.hold(100, MONTH);
            store.refuse(950, 0, 1_000);
            rig.run();
            assertThat(refusal(rig.hold(100, MONTH)).reason()).isEqualTo(Reason.EXCEEDED);
            assertThat(store.calls).hasSize(1);
            rig.hold(50, MONTH);
            assertThat(store.calls).as("less may be had").hasSize(2);
            store.refuse(951, 0, 1_000);
            rig.pass(100);
            rig.hold(100, MONTH);
            assertThat(store.calls).hasSize(3);
        }

        @Test
        void who_needs_less_than_the_one_that_was_refused_asks_for_itself() {
            Future<Hold> large = rig.hold(500, MONTH);
            Future<Hold> small = rig.hold(5, MONTH);
            store.refuse(600, 0, 600);
            rig.run();
            assertThat(refusal(large).reason()).isEqualTo(Reason.EXCEEDED);
            assertThat(store.open().need()).isEqualTo(5);
            store.give();
            rig.run();
            assertThat(small.succeeded()).isTrue();
        }
    }

    @Nested
    class Waiting {
        private Future<Hold> waits(long nanos) {
            Future<Hold> hold = rig.hold(nanos, MONTH);
            if (store.isAsked()) {
                store.refuse(0, 0, AMOUNT);
                rig.run();
            }
            assertThat(hold.isComplete()).isFalse();
            return hold;
        }

        @Test
        void what_comes_back_goes_to_whoever_waits() {
            Hold holder = rig.given(100, MONTH);
            Future<Hold> waiting = waits(100);
            holder.settle(charge(0), null, BudgetRig.START);
            rig.run();
            assertThat(waiting.succeeded()).isTrue();
        }

        @Test
        void first_come_first_served_even_where_later_ones_need_less() {
            Hold holder = rig.given(100, MONTH);
            Future<Hold> large = waits(80);
            Future<Hold> small = waits(10);
            holder.settle(charge(50), null, BudgetRig.START);
            rig.run();
            assertThat(small.isComplete())
                    .as("50 are free, but the large one was first")
                    .isFalse();
            rig.pass(100);
            assertThat(store.open().need()).as("what it lacks").isEqualTo(30);
            store.give(40);
            rig.run();
            assertThat(large.succeeded()).isTrue();
            assertThat(small.succeeded()).isTrue();
        }

        @Test
        void who_waits_gives_back_what_does_not_suffice_so_that_two_replicas_dont_starve_each_other() {
            Hold holder = rig.given(100, MONTH);
            waits(80);
            holder.settle(charge(50), null, BudgetRig.START);
            var _ = rig.budgets.recalled(List.of(1L));
            assertThat(store.open().back()).isEqualTo(50);
        }

        @Test
        void the_next_one_looks_when_the_first_gives_up() {
            Hold holder = rig.given(100, MONTH);
            Future<Hold> large = waits(90);
            rig.pass(300);
            store.refuse(0, 0, AMOUNT);
            rig.run();
            Future<Hold> small = waits(10);
            holder.settle(charge(50), null, BudgetRig.START);
            while (!large.isComplete()) {
                rig.pass(100);
                if (store.isAsked()) {
                    store.refuse(0, 0, AMOUNT);
                    rig.run();
                }
            }
            assertThat(refusal(large).reason()).isEqualTo(Reason.BUSY);
            assertThat(small.succeeded()).isTrue();
        }
    }

    @Nested
    class OtherModes {
        @Test
        void a_soft_budget_only_counts() {
            Budget soft = budget("bud_soft", Mode.SOFT);
            Future<Hold> hold = rig.hold(5_000, soft);
            assertThat(hold.result().windowIds()).containsExactly(1);
            assertThat(hold.result().amountsUpTo(null)).containsExactly(0);
            assertThat(store.calls).isEmpty();
            hold.result().settle(charge(4_000), null, BudgetRig.START);
            assertThat(rig.budgets.held(1)).isZero();
            assertThat(rig.budgets.free(1)).isZero();
        }

        @Test
        void a_shadow_budget_lets_through_and_says_so() {
            Budget shadow = budget("bud_shadow", Mode.SHADOW);
            Future<Hold> hold = rig.hold(100, shadow);
            store.refuse(AMOUNT, 0, AMOUNT);
            rig.run();
            assertThat(hold.result().exceeded()).containsExactly(shadow);
            assertThat(hold.result().amountsUpTo(null)).containsExactly(0);
            assertThat(hold.result().windowIds()).as("it is counted").containsExactly(1);
        }

        @Test
        void a_shadow_budget_makes_nobody_wait() {
            Budget shadow = budget("bud_shadow", Mode.SHADOW);
            Future<Hold> hold = rig.hold(100, shadow);
            store.refuse(0, 0, AMOUNT);
            rig.run();
            assertThat(hold.succeeded()).isTrue();
        }
    }

    @Nested
    class Outages {
        @Test
        void what_was_granted_before_can_be_held() {
            rig.given(100, MONTH).release();
            store.goAway();
            assertThat(rig.hold(100, MONTH).succeeded()).isTrue();
            assertThat(refusal(rig.hold(100, MONTH)).reason()).isEqualTo(Reason.UNAVAILABLE);
        }

        @Test
        void a_hard_budget_whose_window_is_not_known_refuses() {
            store.goAway();
            assertThat(refusal(rig.hold(1, MONTH)).reason()).isEqualTo(Reason.UNAVAILABLE);
        }

        @Test
        void soft_and_shadow_budgets_stop_nobody() {
            store.goAway();
            Hold hold = rig.hold(1, budget("bud_soft", Mode.SOFT), budget("bud_shadow", Mode.SHADOW))
                    .result();
            assertThat(hold.isEmpty()).as("there is no window to count in").isTrue();
        }

        @Test
        void an_overdraft_lets_through_what_it_allows_and_no_more() {
            BudgetRig generous = new BudgetRig(new Budgets.Settings(500, 150));
            generous.given(10, MONTH);
            generous.store.goAway();
            Hold hold = generous.hold(100, MONTH).result();
            assertThat(hold.exceeded()).containsExactly(MONTH);
            assertThat(hold.amountsUpTo(null)).containsExactly(0);
            assertThat(refusal(generous.hold(100, MONTH)).reason()).isEqualTo(Reason.UNAVAILABLE);
            assertThat(generous.hold(50, MONTH).succeeded())
                    .as("a refusal uses nothing")
                    .isTrue();
        }

        @Test
        void after_the_outage_requests_are_held_as_before() {
            store.goAway();
            rig.hold(1, MONTH);
            store.comeBack();
            assertThat(rig.given(1, MONTH).amountsUpTo(null)).containsExactly(1);
        }
    }

    @Nested
    class Runs {
        @Test
        void a_run_that_lost_its_place_gives_way_to_the_next() {
            Hold old = rig.given(100, MONTH);
            rig.restartAs(2);
            Future<Hold> hold = rig.hold(50, MONTH);
            store.answer(new Grant.Superseded());
            rig.run();
            assertThat(store.open().epoch()).isEqualTo(2);
            store.give();
            rig.run();
            assertThat(hold.result().epoch()).isEqualTo(2);
            old.settle(charge(10), null, BudgetRig.START);
            assertThat(rig.budgets.free(1))
                    .as("the old run's money is not the new one's")
                    .isZero();
        }

        @Test
        void the_shares_of_one_hold_are_of_one_run() {
            rig.given(100, MONTH, OTHER).release();
            rig.restartAs(2);
            Future<Hold> hold = rig.hold(150, MONTH, OTHER);
            store.answer(new Grant.Superseded());
            rig.run();
            while (!hold.isComplete()) {
                assertThat(store.open().epoch()).isEqualTo(2);
                store.give();
                rig.run();
            }
            assertThat(hold.result().amountsUpTo(null)).containsExactly(150, 150);
        }
    }
}

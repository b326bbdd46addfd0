package dev.tollgate.gateway;

import static dev.tollgate.gateway.FailOverRig.COST;
import static dev.tollgate.gateway.FailOverRig.answered;
import static dev.tollgate.gateway.FailOverRig.body;
import static dev.tollgate.gateway.FailOverRig.silent;
import static dev.tollgate.gateway.FailOverRig.status;
import static dev.tollgate.gateway.FailOverRig.unreachable;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.RetryPolicy.WithoutRoute;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.budget.Measure;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a request whose attempts fail, in virtual time. Chance is always one half. */
class FailOverTest {
    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private FailOverRig rig;

    private FailOverRig rig() {
        return rig(RetryPolicy.DEFAULT);
    }

    private FailOverRig rig(RetryPolicy policy) {
        rig = new FailOverRig(folder, policy);
        return rig;
    }

    private static RetryPolicy with(WithoutRoute withoutRoute) {
        return policy(2, withoutRoute, 1, Duration.ofMinutes(10), Integer.MAX_VALUE, false);
    }

    private static RetryPolicy policy(
            int retries,
            WithoutRoute withoutRoute,
            int unknownMost,
            Duration within,
            int callsMost,
            boolean callersPay) {
        RetryPolicy usual = RetryPolicy.DEFAULT;
        return new RetryPolicy(
                retries,
                usual.firstPause(),
                usual.longestPause(),
                withoutRoute,
                unknownMost,
                usual.patience(),
                within,
                callsMost,
                callersPay);
    }

    @AfterEach
    void close() {
        rig.close();
    }

    private static List<Long> millis(long... each) {
        return Arrays.stream(each).mapToObj(TimeUnit.MILLISECONDS::toNanos).toList();
    }

    private JsonObject entry(Exchange exchange) {
        return rig.entries().stream()
                .filter(entry -> entry.getString("request_id")
                        .equals(exchange.id().uuid().toString()))
                .findFirst()
                .orElseThrow();
    }

    private static JsonArray attempts(JsonObject entry) {
        return entry.getJsonArray("attempts");
    }

    @Nested
    class Elsewhere {
        @Test
        void the_next_candidate_serves_what_the_first_could_not() {
            rig().then("a", status(503));
            Exchange exchange = rig.routed("a", "b");
            assertThat(rig.status(exchange)).isEqualTo(200);
            assertThat(rig.called).containsExactly("a", "b");
            assertThat(rig.pauses).isEmpty();
            JsonObject entry = entry(exchange);
            assertThat(entry.getLong("charge")).isEqualTo(COST);
            assertThat(attempts(entry)).hasSize(2);
            assertThat(entry.getString("account_id")).isEqualTo("b");
        }

        @Test
        void the_request_s_own_fault_stays_its_own() {
            rig().then("a", status(400));
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(400);
            assertThat(rig.called).containsExactly("a");
        }

        @Test
        void nothing_is_tried_again_when_too_much_was() {
            rig();
            int lost = 0;
            for (int i = 0; i < 200; i++) {
                rig.then("a" + i, unreachable());
                lost += rig.status(rig.routed("a" + i, "b")) == 200 ? 0 : 1;
            }
            assertThat(lost)
                    .as("100, and a fifth of the 199 that follow, are tried again")
                    .isEqualTo(61);
            assertThat(rig.counts.of(RetryCounts.Kind.NO_RETRIES_LEFT)).isEqualTo(61);
        }

        @Test
        void a_place_where_too_much_fails_is_left_out() {
            rig();
            for (int i = 0; i < 5; i++) {
                rig.then("a", unreachable());
                assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            }
            rig.called.clear();
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            assertThat(rig.called).containsExactly("b");
            rig.nanos += TimeUnit.SECONDS.toNanos(3);
            rig.called.clear();
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            assertThat(rig.called).as("after its pause one tries").containsExactly("a");
        }

        @Test
        void a_caller_s_own_key_shuts_no_place_for_others() {
            rig();
            for (int i = 0; i < 10; i++) {
                rig.then("a/caller", status(429, "Retry-After", "60"));
                Exchange exchange = rig.routed("a");
                exchange.brings("sk-own");
                assertThat(rig.status(exchange)).isEqualTo(429);
            }
            assertThat(rig.called).hasSize(10);
        }

        @Test
        void an_account_at_its_limit_is_passed_over() {
            rig().limits
                    .add(new UsageLimit(
                            "lim_1",
                            "",
                            Scope.of(Scope.Owner.ACCOUNT, "b"),
                            Mode.HARD,
                            Kind.REQUESTS,
                            0,
                            86_400,
                            null));
            rig.then("a", status(500));
            assertThat(rig.status(rig.routed("a", "b", "c"))).isEqualTo(200);
            assertThat(rig.called).containsExactly("a", "c");
        }

        @Test
        void a_failed_attempt_leaves_nothing_at_the_limits_of_its_account_but_the_request() {
            rig().limits
                    .add(new UsageLimit(
                            "lim_1",
                            "",
                            Scope.of(Scope.Owner.ACCOUNT, "a"),
                            Mode.HARD,
                            Kind.OUTPUT_TOKENS,
                            15,
                            86_400,
                            null));
            rig.limits.add(new UsageLimit(
                    "lim_2", "", Scope.of(Scope.Owner.ACCOUNT, "a"), Mode.HARD, Kind.CONCURRENCY, 1, 0, null));
            Promise<Reply> slow = Promise.promise();
            rig.then("a", status(500), answered());
            rig.then("b", _ -> slow.future());
            assertThat(rig.send(rig.routed("a", "b")).isComplete()).isFalse();
            assertThat(rig.status(rig.routed("a")))
                    .as("its tokens and its slot are free")
                    .isEqualTo(200);
            assertThat(rig.called).containsExactly("a", "b", "a");
        }

        @Test
        void a_budget_of_an_account_that_is_used_up_leads_elsewhere() {
            rig().budget("bud_a", Scope.of(Scope.Owner.ACCOUNT, "a"), Measure.CHARGE, 10);
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            assertThat(rig.called).containsExactly("b");
            assertThat(rig.problem(rig.routed("a"))).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
        }

        @Test
        void accounts_that_share_requests_stand_in_for_one_another_without_a_route() {
            rig().then("b", status(429, "Retry-After", "60"));
            rig.then("a", status(503));
            assertThat(rig.status(rig.shared("b"))).isEqualTo(200);
            assertThat(rig.called).containsExactly("b", "a", "c");
            assertThat(rig.pauses).isEmpty();
        }

        @Test
        void what_may_be_under_way_at_a_place_is_bounded() {
            rig(policy(0, WithoutRoute.NONE, 1, Duration.ofMinutes(10), 2, false));
            Promise<Reply> slow = Promise.promise();
            rig.then("a", _ -> slow.future(), _ -> slow.future());
            rig.send(rig.routed("a", "b"));
            rig.send(rig.routed("a", "b"));
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            assertThat(rig.called).containsExactly("a", "a", "b");
            assertThat(rig.problem(rig.routed("a"))).isEqualTo(ProblemCode.PROVIDER_BUSY);
            assertThat(rig.problem(rig.direct("a"))).isEqualTo(ProblemCode.PROVIDER_BUSY);
            slow.fail(new Problem(ProblemCode.UPSTREAM_UNREACHABLE, "gone"));
            rig.run();
            assertThat(rig.status(rig.direct("a"))).isEqualTo(200);
            assertThat(rig.counts.of(RetryCounts.Kind.PLACE_FULL)).isEqualTo(3);
        }
    }

    @Nested
    class Again {
        @Test
        void the_same_place_is_tried_after_growing_pauses_when_there_is_no_other() {
            rig().then("a", status(503), status(503), answered());
            Exchange exchange = rig.routed("a");
            assertThat(rig.status(exchange)).isEqualTo(200);
            assertThat(rig.pauses).isEqualTo(millis(125, 250));
            assertThat(attempts(entry(exchange))).hasSize(3);
        }

        @Test
        void the_last_error_is_the_answer() {
            rig().then("a", status(503), status(503), status(529));
            assertThat(rig.status(rig.routed("a"))).isEqualTo(529);
            assertThat(rig.called).hasSize(3);
        }

        @Test
        void a_short_pause_that_the_provider_asks_for_is_waited_for() {
            rig().then("a", status(429, "Retry-After", "2"), answered());
            assertThat(rig.status(rig.routed("a"))).isEqualTo(200);
            assertThat(rig.pauses).isEqualTo(millis(2_000));
        }

        @Test
        void a_long_one_is_told_to_the_caller() {
            rig().then("a", status(429, "Retry-After", "30"), answered());
            assertThat(rig.status(rig.routed("a"))).isEqualTo(429);
            assertThat(rig.pauses).isEmpty();
        }

        @Test
        void what_will_not_pass_is_not_tried_again() {
            rig().then("a", status(401), answered());
            assertThat(rig.status(rig.routed("a"))).isEqualTo(401);
        }

        @Test
        void a_request_for_a_model_is_sent_again_only_if_nobody_got_it() {
            rig().then("a", unreachable(), answered());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(200);
            rig.then("a", status(503), answered());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(503);
        }

        @Test
        void the_setting_has_errors_sent_again_too() {
            rig(with(WithoutRoute.ALL)).then("a", status(503), answered());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(200);
        }

        @Test
        void the_setting_has_nothing_sent_again() {
            rig(with(WithoutRoute.NONE)).then("a", unreachable(), answered());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(502);
        }

        @Test
        void nothing_begins_that_would_not_end_in_time() {
            rig(policy(2, WithoutRoute.ALL, 1, Duration.ofSeconds(1), Integer.MAX_VALUE, false));
            rig.then("a", status(429, "Retry-After", "1"), answered());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(429);
            assertThat(rig.counts.of(RetryCounts.Kind.NO_TIME_LEFT)).isEqualTo(1);
        }

        @Test
        void a_limit_of_the_time_is_for_all_attempts() {
            rig(with(WithoutRoute.ALL)).then("a", status(429, "Retry-After", "1"), answered());
            Exchange exchange = rig.direct("a");
            exchange.isDueAt(rig.nanos + TimeUnit.MILLISECONDS.toNanos(900));
            assertThat(rig.status(exchange)).isEqualTo(429);
        }

        @Test
        void a_client_that_will_have_given_up_is_not_served() {
            rig(with(WithoutRoute.ALL)).then("a", status(429, "Retry-After", "2"), answered());
            Exchange exchange = rig.request(body(), "x-stainless-timeout", "2");
            exchange.chosen(rig.candidate("a"));
            assertThat(rig.status(exchange)).isEqualTo(429);
        }

        @Test
        void a_client_that_has_gone_is_not_served() {
            rig().then("a", exchange -> {
                Future<Reply> end = status(503).of(exchange);
                exchange.clientGone();
                return end;
            });
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(503);
            assertThat(rig.called).containsExactly("a");
        }
    }

    @Nested
    class InDoubt {
        @Test
        void silence_leads_elsewhere_and_is_booked_by_itself() {
            rig().budget(Measure.CHARGE, 1_000_000);
            rig.then("a", silent());
            Exchange exchange = rig.routed("a", "b");
            assertThat(rig.status(exchange)).isEqualTo(200);

            List<JsonObject> entries = rig.entries();
            assertThat(entries).hasSize(2);
            JsonObject lost = entries.getFirst();
            JsonObject served = entries.getLast();
            assertThat(lost.getString("kind")).isEqualTo("attempt");
            assertThat(lost.getString("parent_id")).isEqualTo(served.getString("request_id"));
            assertThat(lost.getString("account_id")).isEqualTo("a");
            assertThat(lost.getString("outcome")).isEqualTo("cut_off");
            assertThat(lost.getString("flags")).contains("in_doubt");
            assertThat(lost.getBoolean("estimated")).isTrue();
            assertThat(lost.getLong("provider_cost")).isPositive();
            assertThat(lost.getLong("charge")).as("the provider's fault").isNull();
            assertThat(served.getLong("charge")).isEqualTo(COST);
            assertThat(served.getString("flags")).isNull();
            assertThat(attempts(served).getJsonObject(0).getString("booked_as"))
                    .isEqualTo("req_" + lost.getString("request_id").replace("-", ""));
        }

        @Test
        void what_the_lost_attempt_may_have_cost_stays_out_of_use() {
            rig().budget(Measure.CHARGE, 1_000_000);
            rig.then("a", silent());
            rig.status(rig.routed("a", "b"));
            long held = rig.entries().getFirst().getJsonArray("window_holds").getLong(0);
            assertThat(held).isGreaterThan(COST);
            assertThat(rig.store.free("bud_0")).isEqualTo(1_000_000 - COST - held);
        }

        @Test
        void a_request_counts_once_however_often_it_is_sent() {
            rig().budget(Measure.REQUESTS, 2);
            rig.then("a", silent());
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(200);
            assertThat(rig.store.free("bud_0")).isEqualTo(1);
            assertThat(rig.status(rig.routed("b"))).isEqualTo(200);
        }

        @Test
        void a_budget_that_has_no_room_for_both_is_not_overspent() {
            rig().budget(Measure.CHARGE, 1_000_000);
            rig.then("a", silent());
            rig.status(rig.routed("a", "b"));
            long held = rig.entries().getFirst().getJsonArray("window_holds").getLong(0);
            rig.close();

            rig = new FailOverRig(folder.resolve("next"), RetryPolicy.DEFAULT);
            rig.budget(Measure.CHARGE, held + held / 2);
            rig.then("a", silent());
            assertThat(rig.problem(rig.routed("a", "b"))).isEqualTo(ProblemCode.BUDGET_EXCEEDED);
            assertThat(rig.called).containsExactly("a");
            assertThat(rig.store.free("bud_0")).isEqualTo(held / 2);
        }

        @Test
        void no_more_than_so_many_attempts_may_be_billed_for_nothing() {
            rig().then("a", silent());
            rig.then("b", silent());
            assertThat(rig.status(rig.routed("a", "b", "c"))).isEqualTo(504);
            assertThat(rig.called).containsExactly("a", "b");
        }

        @Test
        void the_setting_makes_an_attempt_that_may_be_billed_the_last() {
            rig(policy(2, WithoutRoute.ALL, 0, Duration.ofMinutes(10), Integer.MAX_VALUE, false));
            rig.then("a", silent());
            assertThat(rig.status(rig.routed("a", "b"))).isEqualTo(504);
            assertThat(rig.entries()).hasSize(1);
        }

        @Test
        void silence_is_never_followed_by_the_same_place() {
            rig(with(WithoutRoute.ALL)).then("a", silent());
            assertThat(rig.status(rig.direct("a"))).isEqualTo(504);
            assertThat(rig.called).hasSize(1);
        }

        @Test
        void the_caller_pays_for_lost_attempts_where_that_is_set() {
            rig(policy(2, WithoutRoute.UNSENT, 1, Duration.ofMinutes(10), Integer.MAX_VALUE, true));
            rig.then("a", silent());
            rig.then("b", silent());
            rig.status(rig.routed("a", "b"));
            assertThat(rig.entries())
                    .hasSize(2)
                    .allSatisfy(entry ->
                            assertThat(entry.getLong("charge")).isPositive().isEqualTo(entry.getLong("provider_cost")));
        }

        @Test
        void a_last_attempt_that_is_lost_costs_the_caller_nothing_either() {
            rig().then("a", silent());
            Exchange exchange = rig.direct("a");
            rig.status(exchange);
            assertThat(entry(exchange).getLong("charge")).isNull();
            assertThat(entry(exchange).getLong("provider_cost")).isPositive();
        }

        @Test
        void a_crash_while_the_second_attempt_is_under_way_books_both_once() {
            rig().budget(Measure.CHARGE, 1_000_000);
            Promise<Reply> never = Promise.promise();
            rig.then("a", silent());
            rig.then("b", exchange -> {
                exchange.attempt().sentNanos = System.nanoTime();
                exchange.lastWord().beforeSending(1);
                return never.future();
            });
            Exchange exchange = rig.routed("a", "b");
            assertThat(rig.send(exchange).isComplete()).isFalse();

            List<JsonObject> entries = rig.entriesAfterKill();
            assertThat(entries)
                    .extracting(entry -> entry.getString("account_id"))
                    .containsExactlyInAnyOrder("a", "b");
            assertThat(entries)
                    .extracting(entry -> entry.getString("outcome"))
                    .containsExactlyInAnyOrder("cut_off", "interrupted");
            assertThat(entries)
                    .allSatisfy(entry -> assertThat(
                                    entry.getJsonArray("window_holds").getLong(0))
                            .isPositive());
        }

        @Test
        void a_crash_before_the_second_attempt_is_sent_books_the_first_once() {
            rig().budget(Measure.CHARGE, 1_000_000);
            Promise<Reply> never = Promise.promise();
            rig.then("a", silent());
            rig.then("b", _ -> never.future());
            assertThat(rig.send(rig.routed("a", "b")).isComplete()).isFalse();

            List<JsonObject> entries = rig.entriesAfterKill();
            assertThat(entries).hasSize(2);
            assertThat(entries.stream().filter(entry -> entry.containsKey("window_holds")))
                    .singleElement()
                    .satisfies(entry -> assertThat(entry.getString("kind")).isEqualTo("attempt"));
        }
    }
}

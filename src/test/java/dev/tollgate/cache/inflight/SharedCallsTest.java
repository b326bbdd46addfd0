package dev.tollgate.cache.inflight;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class SharedCallsTest {
    private static final int KEPT = 100_000;

    private final SharedCalls<String, String> calls = new SharedCalls<>(KEPT);
    private final Listener leader = join("leader");

    @Test
    void the_first_request_makes_the_call_and_others_like_it_wait() {
        Listener follower = join("follower");
        Listener other = Listener.joining(calls, "another question", "other");

        assertThat(leader.leads()).isTrue();
        assertThat(follower.leads()).isFalse();
        assertThat(other.leads()).isTrue();
        assertThat(calls.counts().joined()).isEqualTo(1);
    }

    @Test
    void a_whole_answer_goes_to_all_and_the_call_is_over() {
        List<Listener> followers = followers(3);

        leader.seat().settle("yes");

        followers.forEach(Listener::runAll);
        assertThat(followers).allMatch(each -> each.told.equals(List.of("begin yes")));
        assertThat(calls.size()).isZero();
        assertThat(join("later").leads()).isTrue();
    }

    @Test
    void a_late_one_gets_what_has_gone_by_and_then_the_rest() {
        leader.seat().begin("head");
        add("one ");
        add("two ");
        Listener late = join("late");
        late.runAll();
        assertThat(text(late)).isEqualTo("one two ");

        add("three");
        leader.seat().end(Ending.COMPLETE);

        late.runAll();
        leader.runAll();
        assertThat(late.told).containsExactly("begin head");
        assertThat(text(late)).isEqualTo("one two three").isEqualTo(text(leader));
        assertThat(late.ending).isEqualTo(Ending.COMPLETE).isEqualTo(leader.ending);
    }

    @Test
    void an_end_before_the_time_is_told_after_all_that_came() {
        Listener follower = join("follower");
        leader.seat().begin("head");
        add("half");
        leader.seat().end(Ending.BROKEN_OFF);

        follower.runAll();

        assertThat(text(follower)).isEqualTo("half");
        assertThat(follower.ending).isEqualTo(Ending.BROKEN_OFF);
    }

    @Test
    void the_call_goes_on_without_the_one_who_pays_as_long_as_somebody_listens() {
        Listener follower = join("follower");

        assertThat(leader.leave()).isFalse();
        assertThat(leader.tasks).isEmpty();

        assertThat(follower.leave()).isTrue();
        leader.runAll();
        assertThat(leader.told).containsExactly("abandon");
        assertThat(join("later").leads()).isTrue();
    }

    @Test
    void the_one_who_pays_is_told_at_once_where_nobody_else_listens() {
        Listener follower = join("follower");
        follower.leave();

        assertThat(leader.leave()).isTrue();
        assertThat(leader.tasks).isEmpty();
    }

    @Test
    void the_next_one_makes_the_call_where_the_first_has_failed() {
        Listener second = join("second");
        Listener third = join("third");

        leader.seat().passOn("failed");

        second.runAll();
        assertThat(second.told).containsExactly("lead");
        assertThat(second.leads()).isTrue();
        assertThat(third.tasks).isEmpty();

        second.seat().settle("yes");
        third.runAll();
        assertThat(third.told).containsExactly("begin yes");
        assertThat(calls.counts().tookOver()).isEqualTo(1);
    }

    @Test
    void who_left_before_their_turn_passes_it_on_and_no_try_is_lost() {
        List<Listener> followers = followers(10);
        leader.seat().passOn("failed");
        for (Listener each : followers.subList(0, 9)) {
            assertThat(each.leads()).isTrue();
            each.leave();
            each.runAll();
            assertThat(each.told).containsExactly("lead");
            each.seat().decline();
        }

        assertThat(followers.get(9).leads()).isTrue();
    }

    @Test
    void after_some_failures_all_others_are_told_of_the_last() {
        List<Listener> followers = followers(10);
        leader.seat().passOn("failed 0");
        for (int i = 1; i < SharedCall.TURNS_MAX; i++) {
            followers.get(i - 1).seat().passOn("failed " + i);
        }

        List<Listener> rest = followers.subList(SharedCall.TURNS_MAX - 1, 10);
        rest.forEach(Listener::runAll);
        assertThat(rest).allMatch(each -> each.told.equals(List.of("begin failed " + (SharedCall.TURNS_MAX - 1))));
        assertThat(calls.size()).isZero();
    }

    @Test
    void after_some_calls_that_cannot_be_shared_all_others_go_alone() {
        List<Listener> followers = followers(10);
        leader.seat().passOn(null);
        for (int i = 1; i < SharedCall.TURNS_MAX; i++) {
            followers.get(i - 1).seat().passOn(null);
        }

        List<Listener> rest = followers.subList(SharedCall.TURNS_MAX - 1, 10);
        rest.forEach(Listener::runAll);
        assertThat(rest).allMatch(each -> each.told.equals(List.of("alone")));
        assertThat(calls.counts().wentAlone()).isEqualTo(rest.size());
        assertThat(join("later").leads()).isTrue();
    }

    @Test
    void nobody_joins_an_answer_of_which_not_all_is_kept() {
        leader.seat().begin("head");
        add("x".repeat(KEPT));
        assertThat(join("in time").leads()).isFalse();

        add("x");

        assertThat(join("too late").leads()).isTrue();
    }

    @Test
    void the_fastest_sets_the_pace() {
        Listener follower = join("follower");
        leader.isTaking = false;
        leader.seat().begin("head");
        leader.read();
        follower.runAll();
        add("x".repeat(SharedCall.AHEAD_BYTES_MAX - 1));
        assertThat(leader.seat().isFull()).isFalse();
        add("x");
        assertThat(leader.seat().isFull()).isTrue();

        follower.runAll();

        leader.runAll();
        assertThat(leader.told).containsExactly("resume");
        assertThat(leader.seat().isFull()).isFalse();
    }

    @Test
    void whose_client_takes_nothing_is_cut_off_where_not_all_they_miss_can_be_kept() {
        Listener fast = join("fast");
        Listener slow = join("slow");
        slow.isTaking = false;
        leader.seat().begin("head");
        for (int sent = 0; sent <= KEPT; sent += 10_000) {
            add("x".repeat(10_000));
            List.of(leader, fast, slow).forEach(Listener::runAll);
        }

        assertThat(slow.told).containsExactly("begin head", "behind");
        assertThat(text(slow)).isEmpty();
        assertThat(calls.counts().fellBehind()).isEqualTo(1);
        leader.seat().end(Ending.COMPLETE);
        fast.runAll();
        assertThat(text(fast)).hasSize(110_000);
        assertThat(fast.ending).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void whoever_has_just_not_had_the_time_to_read_is_waited_for() {
        Listener late = join("late");
        leader.seat().begin("head");
        for (int sent = 0; sent <= KEPT; sent += 10_000) {
            add("x".repeat(10_000));
            leader.runAll();
        }
        assertThat(leader.seat().isFull()).isTrue();

        late.runAll();

        leader.runAll();
        assertThat(leader.told).containsExactly("resume");
        assertThat(text(late)).hasSize(110_000);
    }

    @Test
    void whose_client_takes_nothing_gets_the_rest_from_what_was_kept() {
        Listener slow = join("slow");
        slow.isTaking = false;
        leader.seat().begin("head");
        slow.runAll();
        add("all of it");
        leader.seat().end(Ending.COMPLETE);
        slow.runAll();
        assertThat(slow.ending).isNull();

        slow.isTaking = true;
        slow.read();

        assertThat(text(slow)).isEqualTo("all of it");
        assertThat(slow.ending).isEqualTo(Ending.COMPLETE);
    }

    @Test
    void an_event_that_is_larger_than_what_is_kept_cuts_nobody_off_who_is_as_far_as_the_others() {
        Listener follower = join("follower");
        leader.seat().begin("head");
        follower.isTaking = false;
        leader.isTaking = false;
        List.of(leader, follower).forEach(Listener::runAll);
        leader.read();

        add("x".repeat(2 * KEPT));

        assertThat(follower.was("behind")).isFalse();
        assertThat(leader.was("behind")).isFalse();
        assertThat(leader.seat().isFull()).isTrue();
    }

    private Listener join(String name) {
        return Listener.joining(calls, "the question", name);
    }

    private List<Listener> followers(int count) {
        return new ArrayList<>(
                IntStream.range(0, count).mapToObj(i -> join("follower " + i)).toList());
    }

    private void add(String text) {
        leader.seat().add(text.getBytes(UTF_8));
    }

    private static String text(Listener listener) {
        return listener.received.toString(UTF_8);
    }
}

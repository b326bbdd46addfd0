package dev.tollgate.provider.health;

import static dev.tollgate.provider.health.HealthState.DEGRADED;
import static dev.tollgate.provider.health.HealthState.DOWN;
import static dev.tollgate.provider.health.HealthState.UP;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

class JudgementTest {
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration INTERVAL = Duration.ofSeconds(30);

    @Test
    void one_check_that_goes_wrong_changes_nothing() {
        assertThat(after(UP, UP, DOWN).state()).isEqualTo(UP);
        assertThat(after(UP, DOWN, UP, DOWN, UP, DEGRADED, UP).state()).isEqualTo(UP);
    }

    @Test
    void two_that_are_not_well_degrade_it_and_three_that_fail_take_it_down() {
        assertThat(after(DOWN, DOWN).state()).isEqualTo(DEGRADED);
        assertThat(after(DEGRADED, DOWN).state()).isEqualTo(DEGRADED);
        assertThat(after(DOWN, DOWN, DOWN).state()).isEqualTo(DOWN);
        assertThat(after(DOWN, DOWN, DEGRADED, DOWN, DOWN).state()).isEqualTo(DEGRADED);
    }

    @Test
    void it_is_well_again_after_three_that_are_well_in_a_row() {
        Judgement down = after(DOWN, DOWN, DOWN);
        assertThat(down.after(UP).after(UP).state()).isEqualTo(DOWN);
        assertThat(down.after(UP).after(UP).after(UP).state()).isEqualTo(UP);
        assertThat(down.after(UP).after(DOWN).after(UP).after(UP).state()).isEqualTo(DOWN);
        assertThat(down.after(UP).after(DEGRADED).after(UP).state()).isEqualTo(DEGRADED);
        assertThat(after(DEGRADED, DEGRADED, UP, UP).state()).isEqualTo(DEGRADED);
        assertThat(after(DEGRADED, DEGRADED, UP, UP, UP).state()).isEqualTo(UP);
    }

    @Test
    void no_more_is_kept_than_it_takes() {
        assertThat(after(UP, UP, DEGRADED, DOWN, UP).found()).containsExactly(DEGRADED, DOWN, UP);
    }

    /** An outage of ten minutes, checked as it is checked in earnest: every 30 s, and thrice as often where something is amiss. */
    @Test
    void an_outage_is_known_within_a_minute_and_so_is_its_end() {
        List<String> changes = new ArrayList<>();
        Instant dies = NOON.plusSeconds(5);
        Instant returns = dies.plusSeconds(600);
        simulate(Duration.ofMinutes(15), changes, now -> now.isBefore(dies) || !now.isBefore(returns) ? UP : DOWN);
        assertThat(changes)
                .containsExactly(
                        "degraded at 40 s", // checks at 30 s and 40 s failed
                        "down at 50 s",
                        "up at 630 s"); // it returned at 605 s
    }

    @Test
    void a_provider_that_fails_now_and_then_does_not_flap() {
        List<String> changes = new ArrayList<>();
        int[] number = new int[1];
        simulate(Duration.ofHours(1), changes, _ -> number[0]++ % 4 == 3 ? DOWN : UP);
        assertThat(changes).as("one of four").isEmpty();
        simulate(Duration.ofHours(1), changes, _ -> number[0]++ % 3 == 0 ? UP : DOWN);
        assertThat(changes).as("two of three").hasSize(1).first().asString().startsWith("degraded");
    }

    private static void simulate(Duration length, List<String> changes, Function<Instant, HealthState> provider) {
        Judgement judgement = Judgement.NEW;
        Instant now = NOON;
        while (now.isBefore(NOON.plus(length))) {
            Judgement next = judgement.after(provider.apply(now));
            if (next.state() != judgement.state()) {
                changes.add(next.state().label() + " at "
                        + Duration.between(NOON, now).toSeconds() + " s");
            }
            judgement = next;
            now = now.plus(next.isWell() ? INTERVAL : INTERVAL.dividedBy(3));
        }
    }

    private static Judgement after(HealthState... findings) {
        Judgement judgement = Judgement.NEW;
        for (HealthState finding : findings) {
            judgement = judgement.after(finding);
        }
        return judgement;
    }
}

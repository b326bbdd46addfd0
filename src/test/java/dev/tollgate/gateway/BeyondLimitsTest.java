package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.kernel.Money;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.UsageLimit.Kind;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class BeyondLimitsTest {
    private static final Money NOTHING = new Money(0);

    private final BeyondLimits beyond = new BeyondLimits();

    private static UsageLimit limit(Kind kind) {
        return new UsageLimit(
                "lim_" + kind.label(), "", Scope.of(Scope.Owner.PLATFORM, ""), Mode.SHADOW, kind, 1, 0, null);
    }

    @Test
    void what_would_have_refused_a_request_is_named_whatever_came_of_it() {
        beyond.add(limit(Kind.REQUEST_BYTES));
        assertThat(beyond.of(0, NOTHING, 0)).containsExactly(limit(Kind.REQUEST_BYTES));
    }

    @Test
    void a_deadline_is_passed_when_its_last_second_is_over() {
        beyond.watch(limit(Kind.DEADLINE), 2);
        assertThat(beyond.of(0, NOTHING, TimeUnit.SECONDS.toNanos(2))).isEmpty();
        assertThat(beyond.of(0, NOTHING, TimeUnit.SECONDS.toNanos(2) + 1)).containsExactly(limit(Kind.DEADLINE));
    }

    @Test
    void an_output_cap_is_held_against_each_answer_and_a_price_against_the_charge() {
        beyond.watch(limit(Kind.OUTPUT_CAP), 100);
        beyond.watch(limit(Kind.PRICE_PER_REQUEST), 5);
        beyond.watch(limit(Kind.SHARE_PER_REQUEST), 7);
        assertThat(beyond.of(100, new Money(5), 0)).isEmpty();
        assertThat(beyond.of(101, new Money(6), 0))
                .containsExactly(limit(Kind.OUTPUT_CAP), limit(Kind.PRICE_PER_REQUEST));
        assertThat(beyond.of(0, new Money(8), 0))
                .containsExactly(limit(Kind.PRICE_PER_REQUEST), limit(Kind.SHARE_PER_REQUEST));
    }

    @Test
    void what_is_beyond_a_limit_by_a_first_look_stays_so() {
        beyond.add(limit(Kind.PRICE_PER_REQUEST));
        beyond.watch(limit(Kind.PRICE_PER_REQUEST), 5);
        assertThat(beyond.of(0, NOTHING, 0)).containsExactly(limit(Kind.PRICE_PER_REQUEST));
    }
}

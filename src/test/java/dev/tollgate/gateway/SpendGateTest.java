package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Rules;
import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.limits.rules.Stops;
import dev.tollgate.provider.Account;
import dev.tollgate.provider.BaseUrl;
import dev.tollgate.provider.Candidate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SpendGateTest {
    private static final Traits OF =
            new Traits("org_a", "cli_a", "key_a", "starter", "chat", null, "gpt-5-mini", Map.of());

    private static final Duration PATIENCE = Duration.ofSeconds(15);

    private static final Candidate OVER_A = new Candidate(
            new Account("acc_a", "openai", BaseUrl.parse("https://api.example.com/v1"), null, null, false),
            "gpt-5-mini",
            null);

    private long nanos;
    private final RulesInForce rules = new RulesInForce(new Hearing(() -> nanos, PATIENCE));
    private final SpendGate gate = new SpendGate(rules);

    @ParameterizedTest
    @CsvSource({
        "PLATFORM, ''",
        "ORGANIZATION, org_a",
        "CLIENT, cli_a",
        "KEY, key_a",
        "MODEL, gpt-5-mini",
        "MODEL, gpt-5*",
    })
    void what_is_stopped_neither_comes_in_nor_goes_out(Stop.Owner owner, String ownerId) {
        stop(owner, ownerId);
        isRefused(() -> gate.enter(OF));
        isRefused(() -> gate.leave(OF, OVER_A));
    }

    @ParameterizedTest
    @CsvSource({"ORGANIZATION, org_b", "CLIENT, cli_b", "KEY, key_b", "MODEL, gpt-5", "MODEL, gpt-4*", "ACCOUNT, acc_b"
    })
    void what_others_are_stopped_for_passes(Stop.Owner owner, String ownerId) {
        stop(owner, ownerId);
        assertThatCode(() -> gate.enter(OF)).doesNotThrowAnyException();
        assertThatCode(() -> gate.leave(OF, OVER_A)).doesNotThrowAnyException();
    }

    @Test
    void a_stop_that_comes_while_a_request_waits_holds_it_back_until_it_is_lifted() {
        Governed governed = new Governed(rules.book(), OF, List.of(), gate);
        gate.enter(OF);
        stop(Stop.Owner.PLATFORM, "");
        isRefused(() -> governed.refuseStopped(OVER_A));
        rules.replace(RuleBook.EMPTY);
        assertThatCode(() -> governed.refuseStopped(OVER_A)).doesNotThrowAnyException();
    }

    @Test
    void a_model_that_is_stopped_is_not_run_under_the_name_of_a_route() {
        stop(Stop.Owner.MODEL, "gpt-5-mini");
        Traits route = new Traits("org_a", null, "key_a", null, null, null, "support-bot", Map.of());
        assertThatCode(() -> gate.enter(route)).doesNotThrowAnyException();
        isRefused(() -> gate.leave(route, OVER_A));
    }

    @Test
    void nothing_goes_over_an_account_that_is_stopped() {
        stop(Stop.Owner.ACCOUNT, "acc_a");
        assertThatCode(() -> gate.enter(OF)).doesNotThrowAnyException();
        isRefused(() -> gate.leave(OF, OVER_A));
    }

    @Test
    void nothing_passes_while_stops_can_not_be_heard() {
        nanos = PATIENCE.toNanos();
        assertThatCode(() -> gate.enter(OF)).doesNotThrowAnyException();

        nanos = Duration.ofSeconds(16).toNanos();
        for (Runnable passing : List.<Runnable>of(() -> gate.enter(OF), () -> gate.leave(OF, OVER_A))) {
            assertThatThrownBy(passing::run)
                    .isInstanceOfSatisfying(Problem.class, problem -> {
                        assertThat(problem.code()).isEqualTo(ProblemCode.STOPS_UNHEARD);
                        assertThat(problem.headers()).containsEntry("Retry-After", "5");
                    })
                    .hasMessageContaining("16 seconds");
        }

        rules.hearing().heard(rules.hearing().now());
        assertThatCode(() -> gate.leave(OF, OVER_A)).doesNotThrowAnyException();
    }

    private void stop(Stop.Owner owner, String ownerId) {
        Stop stop = new Stop("stp_a", owner, ownerId, null, null, false, "why", Instant.EPOCH, null, 1);
        rules.replace(
                new RuleBook(1, Rules.of(List.of()), Rules.of(List.of()), Stops.of(List.of(stop)), Set.of(), Map.of()));
    }

    private static void isRefused(Runnable passing) {
        assertThatThrownBy(passing::run)
                .isInstanceOfSatisfying(
                        Problem.class, problem -> assertThat(problem.code()).isEqualTo(ProblemCode.SPEND_STOPPED))
                .hasMessageContaining("stp_a");
    }
}

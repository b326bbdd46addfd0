package dev.tollgate.limits.budget;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** No hard budget is overspent and no money gets stuck, whatever happens: ADR 0020, in virtual time. */
class BudgetSimulationTest {
    private static final int SEEDS = 150;
    private static final int MANY_SEEDS = 5_000;

    @Test
    void no_budget_is_overspent_and_nothing_gets_stuck() {
        simulate(SEEDS);
    }

    @Test
    @Tag("long")
    void no_budget_is_overspent_and_nothing_gets_stuck_in_many_runs() {
        simulate(MANY_SEEDS);
    }

    private static void simulate(int seeds) {
        long sent = LongStream.range(0, seeds)
                .map(seed -> new BudgetSimulation(seed, Mutation.NONE).run().sent)
                .sum();
        assertThat(sent).as("requests that were let through").isGreaterThan(20L * seeds);
    }

    /** Otherwise it would prove nothing. */
    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "NONE")
    void the_simulation_finds(Mutation mutation) {
        assertThat(LongStream.range(0, SEEDS).anyMatch(seed -> isFound(seed, mutation)))
                .as("found in " + SEEDS + " runs")
                .isTrue();
    }

    private static boolean isFound(long seed, Mutation mutation) {
        try {
            new BudgetSimulation(seed, mutation).run();
            return false;
        } catch (AssertionError _) {
            return true;
        }
    }
}

package dev.tollgate.limits.budget;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tollgate.limits.Mode;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a hold costs where all is at hand: some bytes, and no call. The time is printed, not judged. */
class HoldCostTest {
    private static final int ROUNDS = 200_000;

    @ParameterizedTest
    @CsvSource({"1, 200", "4, 350"})
    void a_hold_and_its_end_allocate_little(int count, long bytesMost) {
        BudgetRig rig = new BudgetRig();
        Budget[] budgets = IntStream.range(0, count)
                .mapToObj(i -> BudgetRig.budget("bud_" + i, Mode.HARD))
                .toArray(Budget[]::new);
        rig.given(100_000, budgets).release();
        List<Budget> rules = Arrays.asList(budgets);
        Want want = BudgetRig.all(100);
        Amounts nothing = Amounts.NOTHING;

        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        long nanos = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long bytesBefore = thread.getCurrentThreadAllocatedBytes();
            long nanosBefore = System.nanoTime();
            for (int i = 0; i < ROUNDS; i++) {
                Hold hold = rig.budgets.tryHold(rules, BudgetRig.TRAITS, want);
                if (hold == null) {
                    throw new AssertionError("nothing is left");
                }
                hold.settle(nothing, null, BudgetRig.START);
            }
            nanos = Math.min(nanos, (System.nanoTime() - nanosBefore) / ROUNDS);
            bytes = Math.min(bytes, (thread.getCurrentThreadAllocatedBytes() - bytesBefore) / ROUNDS);
        }
        System.out.printf("a hold on %d budgets: %d ns, %d bytes%n", count, nanos, bytes);
        assertThat(bytes).isLessThanOrEqualTo(bytesMost);
    }
}

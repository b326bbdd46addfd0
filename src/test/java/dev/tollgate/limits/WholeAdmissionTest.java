package dev.tollgate.limits;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** What a whole admission leaves to the garbage collector. Its time is measured by {@code ./tollgate bench parts}. */
class WholeAdmissionTest {
    private static final int ROUNDS = 50_000;
    private static final long BYTES_MAX = 2_500;

    @Test
    void allocates_some_two_hundred_bytes_for_each_rule() {
        WholeAdmission admission = new WholeAdmission();
        ThreadMXBean thread = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long bytes = Long.MAX_VALUE;
        for (int run = 0; run < 5; run++) {
            long before = thread.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < ROUNDS; i++) {
                admission.admitAndSettle();
            }
            bytes = Math.min(bytes, (thread.getCurrentThreadAllocatedBytes() - before) / ROUNDS);
        }
        System.out.printf("five limits and four budgets: %d bytes%n", bytes);
        assertThat(bytes).isLessThanOrEqualTo(BYTES_MAX);
    }
}

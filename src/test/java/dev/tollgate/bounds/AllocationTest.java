package dev.tollgate.bounds;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.wire.openai.Operation;
import dev.tollgate.wire.openai.RequestBody;
import java.lang.management.ManagementFactory;
import org.junit.jupiter.api.Test;

/** A bound is said for every request, on the way of it: it may leave next to nothing behind. */
class AllocationTest {
    private static final int BYTES_MAX = 600;
    private static final int ROUNDS = 20_000;

    private final Bounds bounds = new Bounds();
    private final Tariff tariff = Asked.tariff("""
            {"model": "gpt-4o", "max_input": 128000, "max_output": 16000,
             "standard": {"input": "2", "output": "10"}, "priority": {"input": "4", "output": "20"},
             "long_context": {"above_input_tokens": 1000, "standard": {"input": "4", "output": "15"}}}""");
    private final RequestBody body = Asked.body(
            Operation.CHAT,
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"" + "Hello ".repeat(1_000)
                    + "\"}],\"max_tokens\":100,\"tools\":[{\"type\":\"function\",\"function\":{\"name\":\"f\"}}]}");

    @Test
    void of_a_bound_is_a_few_hundred_bytes() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long thread = Thread.currentThread().threadId();
        long nanos = bounds(ROUNDS);
        long before = threads.getThreadAllocatedBytes(thread);
        long began = System.nanoTime();
        nanos += bounds(ROUNDS);
        long took = System.nanoTime() - began;
        long bytes = (threads.getThreadAllocatedBytes(thread) - before) / ROUNDS;
        System.out.println(
                "A bound takes " + took / ROUNDS + " ns and " + bytes + " bytes."); // a figure, not a verdict
        assertThat(nanos).isPositive();
        assertThat(bytes).isBetween(1L, (long) BYTES_MAX);
    }

    private long bounds(int rounds) {
        long sum = 0;
        for (int i = 0; i < rounds; i++) {
            Bound bound = bounds.of(Operation.CHAT, body, "openai", "gpt-4o", tariff);
            sum += bound.chargeNanos() + bound.providerCostNanos() + bound.tokens();
        }
        return sum;
    }
}

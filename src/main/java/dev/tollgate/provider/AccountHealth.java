package dev.tollgate.provider;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an account has answered lately, as this process saw it: attempts of the last five minutes by what they came to, the
 * latest waits for a first byte, how many times in a row its credential was refused, what it has left. Safe for threads.
 */
public final class AccountHealth {
    private static final long SLOT_MILLIS = 10_000;
    private static final int SLOTS = 30;
    private static final int LATENCIES = 512;
    private static final int CLASSES = AnswerClass.values().length;

    private final int[][] counts = new int[SLOTS][CLASSES];
    private final long[] slotAt = new long[SLOTS];
    private final long[] latencyMicros = new long[LATENCIES];
    private int latencies;
    private int refusedInARow;
    private volatile @Nullable LimitHeaders limits;

    /**
     * A look at it.
     *
     * @param attempts of the last five minutes, by what they came to; only those that there were
     * @param availability the part of these that the provider is not to blame for, 0 to 1; null where there were none
     * @param p50Micros until the first byte, of up to 512 of the latest; null where there were none
     */
    public record Look(
            Map<AnswerClass, Integer> attempts,
            @Nullable Double availability,
            @Nullable Long p50Micros,
            @Nullable Long p95Micros,
            @Nullable Headroom headroom) {}

    /**
     * Takes an attempt in, and tells how many times in a row the credential was refused.
     *
     * @param firstByteMicros how long the first byte took, or a negative number where none came
     */
    public synchronized int ended(AnswerClass outcome, long firstByteMicros, long nowMillis) {
        counts(nowMillis)[outcome.ordinal()]++;
        if (outcome == AnswerClass.SUCCESS && firstByteMicros >= 0) {
            latencyMicros[latencies++ % LATENCIES] = firstByteMicros;
        }
        switch (outcome) {
            case AUTHENTICATION -> refusedInARow++;
            case SUCCESS, REJECTED -> refusedInARow = 0;
            case RATE_LIMITED, SERVER_ERROR, UNREACHABLE -> {} // says nothing of the credential
        }
        return refusedInARow;
    }

    /** The credential was found to be good, or is another one. */
    public synchronized void forgetRefusals() {
        refusedInARow = 0;
    }

    void learn(LimitHeaders said) {
        limits = said;
    }

    public synchronized Look look(long nowMillis) {
        Map<AnswerClass, Integer> attempts = new EnumMap<>(AnswerClass.class);
        int all = 0;
        int faults = 0;
        for (int slot = 0; slot < SLOTS; slot++) {
            if (nowMillis / SLOT_MILLIS - slotAt[slot] < SLOTS) {
                for (AnswerClass each : AnswerClass.values()) {
                    int count = counts[slot][each.ordinal()];
                    if (count > 0) {
                        attempts.merge(each, count, Integer::sum);
                        all += count;
                        faults += each.isProvidersFault() ? count : 0;
                    }
                }
            }
        }
        LimitHeaders said = limits;
        long[] sorted = Arrays.copyOf(latencyMicros, Math.min(latencies, LATENCIES));
        Arrays.sort(sorted);
        return new Look(
                attempts,
                all == 0 ? null : (double) (all - faults) / all,
                percentile(sorted, 50),
                percentile(sorted, 95),
                said == null ? null : Headroom.of(said));
    }

    private int[] counts(long nowMillis) {
        long at = nowMillis / SLOT_MILLIS;
        int slot = (int) (at % SLOTS);
        if (slotAt[slot] != at) {
            slotAt[slot] = at;
            Arrays.fill(counts[slot], 0);
        }
        return counts[slot];
    }

    private static @Nullable Long percentile(long[] sorted, int percent) {
        return sorted.length == 0 ? null : sorted[Math.min(sorted.length - 1, sorted.length * percent / 100)];
    }
}

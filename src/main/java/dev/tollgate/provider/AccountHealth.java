package dev.tollgate.provider;

import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How an account has answered lately, as this process saw it: attempts of the last hour by what they came to, the waits for
 * a first byte of the last five minutes, how many times in a row its credential was refused, what it has left. Its size is
 * the same whatever comes. Safe for threads.
 */
public final class AccountHealth {
    private static final long SLOT_MILLIS = 60_000;
    private static final int SLOTS = 60;
    private static final int LATELY = 5;
    private static final int CLASSES = AnswerClass.values().length;

    private final int[][] counts = new int[SLOTS][CLASSES];
    private final long[] slotAt = new long[SLOTS];
    private final @Nullable LatencyHistogram[] latencies = new @Nullable LatencyHistogram[LATELY];
    private final long[] latenciesAt = new long[LATELY];
    private int refusedInARow;
    private long untoldAttempts;
    private long untoldFaults;
    private volatile @Nullable LimitHeaders limits;

    /**
     * A look at it. Availability is the part of the attempts that the provider is not to blame for, 0 to 1, and null where
     * there were none.
     *
     * @param attempts of the last five minutes, by what they came to; only those that there were
     * @param availability of the last five minutes
     * @param availabilityOfHour of the last hour
     * @param p50Micros until the first byte, of the last five minutes; null where there were none
     */
    public record Look(
            Map<AnswerClass, Integer> attempts,
            @Nullable Double availability,
            @Nullable Double availabilityOfHour,
            @Nullable Long p50Micros,
            @Nullable Long p95Micros,
            @Nullable Long p99Micros,
            @Nullable Headroom headroom) {}

    /**
     * What requests came to.
     *
     * @param faults those of the attempts that the provider is to blame for
     */
    public record Traffic(long attempts, long faults) {
        public static final Traffic NONE = new Traffic(0, 0);
    }

    /**
     * Takes an attempt in, and tells how many times in a row the credential was refused.
     *
     * @param firstByteMicros how long the first byte took, or a negative number where none came
     */
    public synchronized int ended(AnswerClass outcome, long firstByteMicros, long nowMillis) {
        counts(nowMillis)[outcome.ordinal()]++;
        untoldAttempts++;
        untoldFaults += outcome.isProvidersFault() ? 1 : 0;
        if (outcome == AnswerClass.SUCCESS && firstByteMicros >= 0) {
            latencies(nowMillis).add(firstByteMicros);
        }
        switch (outcome) {
            case AUTHENTICATION -> refusedInARow++;
            case SUCCESS, REJECTED -> refusedInARow = 0;
            case RATE_LIMITED, SERVER_ERROR, TIMEOUT, UNREACHABLE -> {} // says nothing of the credential
        }
        return refusedInARow;
    }

    /** What came since this was asked last. */
    public synchronized Traffic takeUntold() {
        Traffic taken = new Traffic(untoldAttempts, untoldFaults);
        untoldAttempts = 0;
        untoldFaults = 0;
        return taken;
    }

    /** The credential was found to be good, or is another one. */
    public synchronized void forgetRefusals() {
        refusedInARow = 0;
    }

    void learn(LimitHeaders said) {
        limits = said;
    }

    public synchronized Look look(long nowMillis) {
        Map<AnswerClass, Integer> lately = attempts(nowMillis, LATELY);
        LatencyHistogram waits = new LatencyHistogram();
        for (int i = 0; i < LATELY; i++) {
            LatencyHistogram minute = latencies[i];
            if (minute != null && nowMillis / SLOT_MILLIS - latenciesAt[i] < LATELY) {
                minute.addTo(waits);
            }
        }
        LimitHeaders said = limits;
        return new Look(
                lately,
                availability(lately),
                availability(attempts(nowMillis, SLOTS)),
                waits.percentile(50),
                waits.percentile(95),
                waits.percentile(99),
                said == null ? null : Headroom.of(said));
    }

    /** Of so many minutes, the one that is not over included. */
    private Map<AnswerClass, Integer> attempts(long nowMillis, int minutes) {
        Map<AnswerClass, Integer> attempts = new EnumMap<>(AnswerClass.class);
        for (int slot = 0; slot < SLOTS; slot++) {
            if (nowMillis / SLOT_MILLIS - slotAt[slot] < minutes) {
                for (AnswerClass each : AnswerClass.values()) {
                    if (counts[slot][each.ordinal()] > 0) {
                        attempts.merge(each, counts[slot][each.ordinal()], Integer::sum);
                    }
                }
            }
        }
        return attempts;
    }

    private static @Nullable Double availability(Map<AnswerClass, Integer> attempts) {
        int all = 0;
        int faults = 0;
        for (Map.Entry<AnswerClass, Integer> each : attempts.entrySet()) {
            all += each.getValue();
            faults += each.getKey().isProvidersFault() ? each.getValue() : 0;
        }
        return all == 0 ? null : (double) (all - faults) / all;
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

    private LatencyHistogram latencies(long nowMillis) {
        long at = nowMillis / SLOT_MILLIS;
        int slot = (int) (at % LATELY);
        LatencyHistogram histogram = latencies[slot];
        if (histogram == null) {
            histogram = new LatencyHistogram();
            latencies[slot] = histogram;
        } else if (latenciesAt[slot] != at) {
            histogram.clear();
        }
        latenciesAt[slot] = at;
        return histogram;
    }
}

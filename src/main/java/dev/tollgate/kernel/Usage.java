package dev.tollgate.kernel;

import java.util.Arrays;

/** What one request consumed: a count per {@link Meter}. Immutable; counts are never negative. */
public final class Usage {
    public static final Usage NONE = new Usage(new long[Meter.COUNT]);

    private final long[] counts;

    private Usage(long[] counts) {
        this.counts = counts;
    }

    public static Builder builder() {
        return new Builder();
    }

    public long count(Meter meter) {
        return counts[meter.ordinal()];
    }

    /** Tokens in, of every kind, cached ones included. Saturates at {@link Long#MAX_VALUE}. */
    public long inputTokens() {
        return sum(Meter.Kind.INPUT_TOKEN);
    }

    /** Tokens in that the provider had seen before, of every kind. Saturates at {@link Long#MAX_VALUE}. */
    public long cachedInputTokens() {
        return saturatedSum(
                count(Meter.CACHED_INPUT),
                saturatedSum(count(Meter.CACHED_AUDIO_INPUT), count(Meter.CACHED_IMAGE_INPUT)));
    }

    /** Tokens out, of every kind, reasoning included. Saturates at {@link Long#MAX_VALUE}. */
    public long outputTokens() {
        return sum(Meter.Kind.OUTPUT_TOKEN);
    }

    /** Tokens in and out. Saturates at {@link Long#MAX_VALUE}. */
    public long totalTokens() {
        return saturatedSum(inputTokens(), outputTokens());
    }

    /** This usage with all that one meter counted counted on another. */
    public Usage moved(Meter from, Meter to) {
        if (count(from) == 0) {
            return this;
        }
        long[] moved = counts.clone();
        moved[to.ordinal()] = saturatedSum(moved[to.ordinal()], moved[from.ordinal()]);
        moved[from.ordinal()] = 0;
        return new Usage(moved);
    }

    public boolean isNone() {
        for (long count : counts) {
            if (count != 0) {
                return false;
            }
        }
        return true;
    }

    /** This usage with another count of one meter; a negative one throws {@link IllegalArgumentException}. */
    public Usage with(Meter meter, long count) {
        Builder changed = builder();
        changed.counts = counts.clone();
        return changed.set(meter, count).build();
    }

    private long sum(Meter.Kind kind) {
        long sum = 0;
        for (Meter meter : METERS) {
            if (meter.kind() == kind) {
                sum = saturatedSum(sum, counts[meter.ordinal()]);
            }
        }
        return sum;
    }

    private static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    private static final Meter[] METERS = Meter.values();

    @Override
    public boolean equals(Object other) {
        return other instanceof Usage usage && Arrays.equals(counts, usage.counts);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(counts);
    }

    /** Only the meters that moved, for example {@code Usage[input=12, output=3]}. */
    @Override
    public String toString() {
        StringBuilder text = new StringBuilder("Usage[");
        for (Meter meter : METERS) {
            if (count(meter) != 0) {
                text.append(text.length() > 6 ? ", " : "")
                        .append(meter.label())
                        .append('=')
                        .append(count(meter));
            }
        }
        return text.append(']').toString();
    }

    /** Collects counts. Used by one thread; {@link #build} hands the counts over. */
    public static final class Builder {
        private long[] counts = new long[Meter.COUNT];

        /** Sets a count; a negative one throws {@link IllegalArgumentException}. */
        public Builder set(Meter meter, long count) {
            if (count < 0) {
                throw new IllegalArgumentException(meter.label() + ": " + count + " (expected: >= 0)");
            }
            counts[meter.ordinal()] = count;
            return this;
        }

        /** The usage. The builder starts again at zero. */
        public Usage build() {
            Usage usage = new Usage(counts);
            counts = new long[Meter.COUNT];
            return usage;
        }
    }
}

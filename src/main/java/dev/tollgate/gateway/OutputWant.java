package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Want;
import org.jspecify.annotations.Nullable;

/**
 * What a request may use at most; it is made to use less by fewer calls of the provider's tools, and then by asking for less
 * output.
 *
 * @param bound for so many calls
 * @param most the bound in figures
 * @param leastOutput tokens of an answer below which it is of no use; {@link Long#MAX_VALUE} where nothing is capped
 * @param isCapped whether its output is less than what the caller may get
 */
record OutputWant(Bound bound, ToolCalls tools, Amounts most, long leastOutput, boolean isCapped) implements Want {
    private static final long ANY = Long.MAX_VALUE;

    static OutputWant of(Bound bound, ToolCalls tools, long leastOutput) {
        return of(bound, tools, leastOutput, /* isCapped= */ false);
    }

    private static OutputWant of(Bound bound, ToolCalls tools, long leastOutput, boolean isCapped) {
        Amounts most = new Amounts(
                bound.chargeNanos(),
                bound.providerCostNanos(),
                bound.inputTokens(),
                bound.output().tokens(),
                /* requests= */ 1);
        return new OutputWant(bound, tools, most, leastOutput, isCapped);
    }

    /** The same with no more output than that, however little it is. */
    OutputWant cappedAt(long cap) {
        return cap < bound.outputCap() && bound.isCappable() ? withCap(cap) : this;
    }

    @Override
    public @Nullable OutputWant fitted(Measure measure, long room) {
        if (tools.most() <= 1 || leastOutput == ANY) {
            return shorter(measure, room);
        }
        OutputWant fewest = withCalls(1);
        return fewest.fits(measure, room) ? withCalls(mostCalls(measure, room)) : fewest.shorter(measure, room);
    }

    /** The most calls for which there is room, fewer than now; there is for one. */
    private long mostCalls(Measure measure, long room) {
        long fits = 1;
        long tooMany = tools.most();
        while (tooMany - fits > 1) { // each costs more
            long between = fits + (tooMany - fits) / 2;
            if (withCalls(between).fits(measure, room)) {
                fits = between;
            } else {
                tooMany = between;
            }
        }
        return fits;
    }

    private boolean fits(Measure measure, long room) {
        return most.of(measure) <= room;
    }

    private OutputWant withCalls(long calls) {
        Bound fewer = tools.boundAt().apply(calls).withCap(bound.outputCap());
        return of(fewer, tools.cappedAt(calls), leastOutput, isCapped);
    }

    private @Nullable OutputWant shorter(Measure measure, long room) {
        long cap = switch (measure) {
            case CHARGE -> bound.fit(room, ANY, ANY);
            case PROVIDER_COST -> bound.fit(ANY, room, ANY);
            case TOKENS -> bound.fit(ANY, ANY, room);
            case OUTPUT_TOKENS -> outputWithin(room);
            case INPUT_TOKENS, REQUESTS -> -1;
        };
        return isUseful(cap) ? withCap(cap) : null;
    }

    private OutputWant withCap(long cap) {
        return of(bound.withCap(cap), tools, leastOutput, /* isCapped= */ true);
    }

    private long outputWithin(long room) {
        Bound.Output output = bound.output();
        return output.choices() == 0 || !bound.isCappable() ? -1 : (room - output.fixed()) / output.choices();
    }

    /** Of less than the least that is useful only what the caller wants no more of. */
    private boolean isUseful(long cap) {
        return cap >= leastOutput && cap < bound.outputCap();
    }
}

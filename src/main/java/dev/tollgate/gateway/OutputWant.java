package dev.tollgate.gateway;

import dev.tollgate.bounds.Bound;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Want;
import org.jspecify.annotations.Nullable;

/**
 * What a request may use at most; it is made to use less by asking for less output.
 *
 * @param most the bound in figures
 * @param leastOutput tokens of an answer below which it is of no use; {@link Long#MAX_VALUE} where nothing is capped
 * @param isCapped whether it is less than what the caller may get
 */
record OutputWant(Bound bound, Amounts most, long leastOutput, boolean isCapped) implements Want {
    private static final long ANY = Long.MAX_VALUE;

    static OutputWant of(Bound bound, long leastOutput) {
        return of(bound, leastOutput, /* isCapped= */ false);
    }

    private static OutputWant of(Bound bound, long leastOutput, boolean isCapped) {
        Amounts most = new Amounts(
                bound.chargeNanos(),
                bound.providerCostNanos(),
                bound.inputTokens(),
                bound.output().tokens(),
                /* requests= */ 1);
        return new OutputWant(bound, most, leastOutput, isCapped);
    }

    /** The same with no more output than that, however little it is. */
    OutputWant cappedAt(long cap) {
        return cap < bound.outputCap() && bound.isCappable()
                ? of(bound.withCap(cap), leastOutput, /* isCapped= */ true)
                : this;
    }

    @Override
    public @Nullable OutputWant fitted(Measure measure, long room) {
        long cap = switch (measure) {
            case CHARGE -> bound.fit(room, ANY, ANY);
            case PROVIDER_COST -> bound.fit(ANY, room, ANY);
            case TOKENS -> bound.fit(ANY, ANY, room);
            case OUTPUT_TOKENS -> outputWithin(room);
            case INPUT_TOKENS, REQUESTS -> -1;
        };
        return isUseful(cap) ? of(bound.withCap(cap), leastOutput, /* isCapped= */ true) : null;
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

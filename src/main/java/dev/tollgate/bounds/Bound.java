package dev.tollgate.bounds;

import dev.tollgate.pricing.CostLine;
import dev.tollgate.wire.Work;
import org.jspecify.annotations.Nullable;

/**
 * The most that a request can cost and the most tokens that it can take, under the bound of its output. Immutable.
 *
 * @param work how sure the figures are, the bound of the output left aside
 * @param why what makes them worse than proven, in words for the caller; empty where nothing does
 * @param inputTokens the most that the provider can count as input
 * @param output what comes out
 * @param charge what the organization pays
 * @param providerCost what the account's owner pays
 */
public record Bound(
        Certainty work, String why, long inputTokens, Output output, CostLine charge, CostLine providerCost) {

    /** Of what runs no model. */
    public static final Bound NOTHING = new Bound(Certainty.PROVEN, "", 0, Output.NONE, CostLine.FREE, CostLine.FREE);

    /** Said of an output that nothing bounds. */
    public static final long UNKNOWN = Long.MAX_VALUE;

    /**
     * The output tokens of a request.
     *
     * @param fixed those that no cap bounds
     * @param choices how many answers are generated
     * @param cap the most tokens of one of them, or {@link #UNKNOWN}
     * @param member by which the provider takes a smaller cap, or null where there is none
     */
    public record Output(long fixed, long choices, long cap, Work.@Nullable Cap member) {
        static final Output NONE = new Output(0, 0, 0, null);

        /** All of them. */
        public long tokens() {
            return tokensAt(cap);
        }

        /** All of them under another cap. Saturates. */
        long tokensAt(long anyCap) {
            return saturatedSum(fixed, saturatedProduct(choices, anyCap));
        }
    }

    /** How sure it is that the request costs no more than this says. */
    public Certainty certainty() {
        return isFree() ? Certainty.PROVEN : tokenCertainty();
    }

    /** How sure it is that the request takes no more tokens than this says. */
    public Certainty tokenCertainty() {
        return output.cap == UNKNOWN ? Certainty.UNBOUNDED : work;
    }

    private boolean isFree() {
        return charge.isFree() && providerCost.isFree();
    }

    /** What the organization pays at most, in nanodollars; {@link Long#MAX_VALUE} where that is beyond a long. */
    public long chargeNanos() {
        return charge.nanosAt(output.tokens());
    }

    /** What the account's owner pays at most, in nanodollars; {@link Long#MAX_VALUE} where that is beyond a long. */
    public long providerCostNanos() {
        return providerCost.nanosAt(output.tokens());
    }

    /** Tokens in and out, {@link Long#MAX_VALUE} where they are unknown. */
    public long tokens() {
        return saturatedSum(inputTokens, output.tokens());
    }

    /** The most output tokens of one choice, as the request or the model has it; {@link #UNKNOWN} where neither does. */
    public long outputCap() {
        return output.cap;
    }

    /** Whether {@link #withCap} can make this smaller. */
    public boolean isCappable() {
        return output.member != null;
    }

    /** This bound with the output of each choice capped; a cap that is no smaller than the one in force changes nothing. */
    public Bound withCap(long cap) {
        if (cap >= output.cap || output.member == null) {
            return this;
        }
        Output capped = new Output(output.fixed, output.choices, cap, output.member);
        return new Bound(work, why, inputTokens, capped, charge, providerCost);
    }

    /** This bound for a call that takes no cap. */
    public Bound uncappable() {
        Output fixed = new Output(output.fixed, output.choices, output.cap, null);
        return new Bound(work, why, inputTokens, fixed, charge, providerCost);
    }

    /**
     * The largest cap of each choice's output, at least one and at most the one in force, with which the request stays
     * within what remains; -1 where there is none. Exact: one token more would not fit.
     *
     * @param chargeRemaining nanodollars; {@link Long#MAX_VALUE} where nothing limits it
     * @param providerCostRemaining likewise
     * @param tokensRemaining likewise, tokens
     */
    public long fit(long chargeRemaining, long providerCostRemaining, long tokensRemaining) {
        if (fits(output.cap, chargeRemaining, providerCostRemaining, tokensRemaining)) {
            return output.cap;
        }
        if (output.member == null || !fits(1, chargeRemaining, providerCostRemaining, tokensRemaining)) {
            return -1;
        }
        long fits = 1;
        long tooMuch = output.cap;
        while (tooMuch - fits > 1) { // cost and tokens never fall as the cap grows
            long between = fits + (tooMuch - fits) / 2;
            if (fits(between, chargeRemaining, providerCostRemaining, tokensRemaining)) {
                fits = between;
            } else {
                tooMuch = between;
            }
        }
        return fits;
    }

    private boolean fits(long cap, long chargeRemaining, long providerCostRemaining, long tokensRemaining) {
        long tokens = output.tokensAt(cap);
        return charge.nanosAt(tokens) <= chargeRemaining
                && providerCost.nanosAt(tokens) <= providerCostRemaining
                && saturatedSum(inputTokens, tokens) <= tokensRemaining;
    }

    static long saturatedSum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long saturatedProduct(long a, long b) {
        return Math.multiplyHigh(a, b) != 0 || a * b < 0 ? Long.MAX_VALUE : a * b;
    }
}

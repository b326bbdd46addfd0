package dev.tollgate.routing;

import org.jspecify.annotations.Nullable;

/**
 * What became of a candidate, for people.
 *
 * @param at where it is written: {@code auto.candidates[1]}; one of another route stands behind that of the first one
 * @param target where it leads
 * @param place the place itself, or null where the candidate was passed over before places were looked at
 */
public record Considered<P>(
        String at, String target, @Nullable P place, Verdict verdict) {
    public sealed interface Verdict {
        /** @param turn when it is tried; 1 is the first */
        record Taken(int turn) implements Verdict {}

        /** @param member what of the candidate speaks against it: {@code when.tier}, {@code target} */
        record PassedOver(String member, String why) implements Verdict {}
    }

    /** The same with another verdict. */
    public Considered<P> but(Verdict other) {
        return new Considered<>(at, target, place, other);
    }
}

package dev.tollgate.routing;

/**
 * What became of a candidate, for people.
 *
 * @param at where it is written: {@code auto.candidates[1]}; one of another route stands behind that of the first one
 * @param target where it leads
 */
public record Considered(String at, String target, Verdict verdict) {
    public sealed interface Verdict {
        /** @param turn when it is tried; 1 is the first */
        record Taken(int turn) implements Verdict {}

        /** @param member what of the candidate speaks against it: {@code when.tier}, {@code target} */
        record PassedOver(String member, String why) implements Verdict {}
    }
}

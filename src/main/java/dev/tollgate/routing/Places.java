package dev.tollgate.routing;

import java.util.List;

/**
 * What a router asks of the places where models can be had, for one request. Called on the request's way, so that nothing
 * here may wait.
 *
 * @param <P> a place: a model of an account; equal ones are one
 */
public interface Places<P> {
    /** Where a model can be had, the preferred one first, and where it can't for now. */
    List<Place<P>> of(Target.Model model);

    /** What the request would cost there at most, in whatever unit; compared only. */
    long cost(P place);

    /** How long an answer takes to begin there, as far as is known. */
    long delay(P place);

    /** How many requests are under way there. */
    int load(P place);

    /** Whether it is known to be down, so that all others come before it. */
    default boolean isDown(P place) {
        return false;
    }

    /** A place that has the model, or would have it. */
    sealed interface Place<P> {
        /** @param name for people: {@code openai/gpt-5.5 over openai-eu} */
        record Open<P>(P place, String name) implements Place<P> {}

        /** @param why not, for people */
        record Closed<P>(String name, String why) implements Place<P> {}
    }
}

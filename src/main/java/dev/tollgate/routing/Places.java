package dev.tollgate.routing;

import java.util.List;

/**
 * What a router asks of the places where models can be had, for one request. Called on the request's way, so that nothing
 * here may wait.
 *
 * @param <P> a place: a model of an account; equal ones are one
 */
public interface Places<P> {
    /**
     * Where a model can be had now, in the order in which places are tried.
     *
     * @param notes is told of the others
     */
    List<P> of(Target.Model model, Notes<P> notes);

    /** What the request would cost there at most, in whatever unit; compared only. */
    long cost(P place);

    /** How long an answer takes to begin there, as far as is known. */
    long delay(P place);

    /** How many requests are under way there. */
    int load(P place);

    /** What people call it: {@code openai/gpt-5.5 over openai-eu}. */
    String name(P place);

    /** Whether it is known to be down, so that all others come before it. */
    default boolean isDown(P place) {
        return false;
    }

    /** Takes down why places will not do, where somebody wants to know. */
    interface Notes<P> {
        /** Whether somebody wants to know; for nobody no text is made. */
        boolean areKept();

        /**
         * A place that will not do.
         *
         * @param member what of it speaks against it: {@code models}
         * @param why for people
         */
        void closed(P place, String member, String why);

        /** There is no place at all. */
        void nowhere(String why);
    }
}

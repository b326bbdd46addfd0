package dev.tollgate.routing;

import dev.tollgate.routing.Places.Notes;

/** Notes on the request's way, where nobody wants to know. */
final class NobodysNotes<P> implements Notes<P> {
    private static final NobodysNotes<Object> ALL = new NobodysNotes<>();

    private NobodysNotes() {}

    @SuppressWarnings("unchecked") // it never has a place
    static <P> Notes<P> get() {
        return (Notes<P>) ALL;
    }

    @Override
    public boolean areKept() {
        return false;
    }

    @Override
    public void closed(P place, String member, String why) {}

    @Override
    public void nowhere(String why) {}
}

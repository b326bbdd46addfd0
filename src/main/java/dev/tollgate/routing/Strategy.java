package dev.tollgate.routing;

import java.util.Locale;

/** In which order those candidates of a route are tried whose conditions hold. */
public enum Strategy {
    /** As they are written. */
    IN_ORDER,
    /** By chance, each as often first as its weight says. */
    WEIGHTED,
    /** By what the request would cost at most. */
    CHEAPEST,
    /** By how long answers take to begin, bad surprises first (peak EWMA), and by how many are waited for. */
    FASTEST,
    /** By how many requests are under way there. */
    LEAST_LOADED,
    /** By weight as well, but the same for all requests of a session. */
    STICKY,
    /** A share of the traffic, in percent, goes to each candidate that has one; the rest to the others in their order. */
    SHARE;

    /** As it is written: {@code least_loaded}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

package dev.tollgate.routing.when;

/** By what the places of a route are put in order, whatever its strategy says. */
public enum Preference {
    /** The cheaper ones first. */
    PRICE,
    /** Those first where answers begin sooner. */
    LATENCY
}

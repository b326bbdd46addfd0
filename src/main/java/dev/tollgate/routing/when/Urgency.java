package dev.tollgate.routing.when;

/** How soon a caller needs the answer. */
public enum Urgency {
    LOW,
    NORMAL,
    HIGH
}

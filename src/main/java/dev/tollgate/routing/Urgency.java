package dev.tollgate.routing;

/** How soon a caller needs the answer. */
public enum Urgency {
    LOW,
    NORMAL,
    HIGH
}

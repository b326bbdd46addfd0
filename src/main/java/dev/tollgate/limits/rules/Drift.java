package dev.tollgate.limits.rules;

/**
 * Figures of a window that don't fit together.
 *
 * @param expected and {@code actual}: in what the budget measures
 */
public record Drift(long windowId, String what, long expected, long actual) {}

package dev.tollgate.alerts;

/**
 * An alert on its way over a channel, taken by one sender for the time of a lease.
 *
 * @param attempt which attempt this is, from 1
 * @param attemptsLeft how many more there will be
 */
public record Delivery(long seq, int attempt, int attemptsLeft, Alert alert, Channel channel) {}

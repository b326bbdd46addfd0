package dev.tollgate.reports;

import java.util.List;

/**
 * A place among the rows of an answer.
 *
 * @param value that rows are ordered by
 * @param keys of the groups, as the database orders them
 */
public record UsagePosition(String value, int period, List<String> keys) {}

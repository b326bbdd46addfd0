package dev.tollgate.reports;

import java.util.List;

/**
 * What a question about usage is answered with, out of one snapshot of the database.
 *
 * @param rows those of the page, and one more where there are more
 * @param totals over all rows, those of other pages included
 */
public record UsageAnswer(List<UsageRow> rows, UsageRow totals) {}

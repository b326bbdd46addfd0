package dev.tollgate.reports;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The usage of one group in one period.
 *
 * @param period its place among the periods, from 0
 * @param groups the values that it is grouped by, in the order asked for; null where an entry has none
 * @param names what people call them; null where they have no other name than their value
 * @param before the same of the period before, where that was asked for
 * @param position where it stands, so that the next page starts after it
 */
public record UsageRow(
        int period,
        List<@Nullable String> groups,
        List<@Nullable String> names,
        Figures figures,
        @Nullable Figures before,
        UsagePosition position) {}

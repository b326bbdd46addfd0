package dev.tollgate.reports;

import dev.tollgate.kernel.Money;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Which entries of the ledger are wanted. All conditions must hold; of the values of one any may.
 *
 * @param from requests that began at this time or later
 * @param to requests that began before this time
 * @param requestId the one request whose entries are wanted
 * @param filters values per filter; an empty text is what has none
 * @param tags values per tag
 * @param minCharge entries that charge so much or more
 * @param oldestFirst or newest first
 * @param after the entry that they come after, in their order
 */
public record EntryQuestion(
        @Nullable Instant from,
        @Nullable Instant to,
        @Nullable UUID requestId,
        Map<EntryFilter, List<String>> filters,
        Map<String, List<String>> tags,
        @Nullable Money minCharge,
        boolean oldestFirst,
        @Nullable EntryPosition after) {
    public EntryQuestion {
        filters = Map.copyOf(filters);
        tags = Map.copyOf(tags);
    }
}

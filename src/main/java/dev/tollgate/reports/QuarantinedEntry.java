package dev.tollgate.reports;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * An entry that the ledger can't take.
 *
 * @param entry as it was, which may be no JSON
 * @param reason in a word: {@code below_floor}
 * @param sqlstate what the database said, if it was asked
 */
public record QuarantinedEntry(
        long id, Instant createdAt, String reason, @Nullable String sqlstate, String entry) {}

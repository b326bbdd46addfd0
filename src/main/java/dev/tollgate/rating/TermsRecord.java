package dev.tollgate.rating;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A version of an organization's terms as it is kept.
 *
 * @param number counts the organization's terms, from 1
 * @param terms in JSON
 */
public record TermsRecord(
        String organizationId,
        int number,
        Instant effectiveFrom,
        String terms,
        @Nullable String note,
        Instant createdAt,
        String createdBy) {

    /** What ledger entries keep after the price's version: {@code terms@3}. */
    public String id() {
        return id(number);
    }

    public static String id(int number) {
        return "terms@" + number;
    }
}

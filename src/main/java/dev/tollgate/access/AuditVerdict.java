package dev.tollgate.access;

import org.jspecify.annotations.Nullable;

/**
 * What a walk along the audit log's chain has found.
 *
 * @param lines how many were right, from the first on
 * @param erased how many of them have had their before and after erased
 * @param brokenAt the first line that is not what it was, or null for an intact chain
 * @param reason what is wrong with it
 * @param headHash the hash of the last line that was right, in hexadecimal digits; kept elsewhere, it proves later that
 *     nothing before it was changed
 */
public record AuditVerdict(
        long lines,
        long erased,
        @Nullable Long brokenAt,
        @Nullable String reason,
        String headHash) {}

package dev.tollgate.ledger.journal;

import dev.tollgate.kernel.RequestId;

/**
 * A record that was read.
 *
 * @param at where it begins
 * @param end where the next one begins
 */
@SuppressWarnings("ArrayRecordComponent") // handed over, never compared
record JournalRecord(Kind kind, RequestId id, byte[] payload, int at, int end) {}

package dev.tollgate.gateway;

import dev.tollgate.ledger.LedgerEntry.Origin;
import java.util.List;

/**
 * Whom a request comes from.
 *
 * @param flags what was dropped of what the caller said
 */
record Attribution(Origin origin, List<String> flags) {}

package dev.tollgate.ledger;

import io.vertx.core.json.JsonObject;
import java.util.UUID;

/** An entry as it stands in the ledger: its key and its columns by name. */
public record LedgerRow(UUID requestId, int seq, JsonObject columns) {}

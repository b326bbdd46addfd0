package dev.tollgate.platform;

import dev.tollgate.gateway.KeepLedger;
import dev.tollgate.ledger.LedgerEntry;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** A line per request, without anything that the caller or the model wrote. */
final class AccessLog implements KeepLedger.Observer {
    private static final Logger LOG = Logger.getLogger("tollgate.access");

    @Override
    public void booked(LedgerEntry entry, @Nullable String traceParent) {
        LedgerEntry.Target target = entry.target();
        LOG.infof(
                "%s %s %s %s status=%d outcome=%s provider=%s tokens=%d+%d cost=%s ms=%d",
                entry.requestId(),
                entry.origin().organizationId(),
                entry.origin().keyId(),
                entry.asked().operation(),
                entry.end().status(),
                entry.end().outcome().label(),
                target == null ? "-" : target.provider(),
                entry.usage().inputTokens(),
                entry.usage().outputTokens(),
                entry.cost().charge().toDollars(),
                entry.timing().totalMicros() / 1_000);
    }
}

package dev.tollgate.platform;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.pg.PgLimitAlerts;
import dev.tollgate.limits.rules.RulesInForce;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Has an alert raised where requests go beyond a soft limit: of each limit and organization once an hour. */
final class SoftLimits {
    private static final String BEYOND_LIMIT = "beyond:lim_";

    private final RulesInForce rules;
    private final PgLimitAlerts alerts;
    private final Map<Hourly, LedgerEntry.Origin> due = new ConcurrentHashMap<>();
    private final Set<Hourly> told = ConcurrentHashMap.newKeySet();

    /** What is told once. */
    private record Hourly(String limitId, String organizationId, Instant hour) {}

    SoftLimits(RulesInForce rules, PgLimitAlerts alerts) {
        this.rules = rules;
        this.alerts = alerts;
    }

    /** Notes which soft limits an entry went beyond. */
    void booked(LedgerEntry entry) {
        for (String flag : entry.flags()) {
            if (flag.startsWith(BEYOND_LIMIT)) {
                note(flag.substring(flag.indexOf(':') + 1), entry.origin(), entry.requestId());
            }
        }
    }

    private void note(String limitId, LedgerEntry.Origin origin, RequestId id) {
        UsageLimit limit = rules.book().limits().find(limitId);
        if (limit != null && limit.mode() == Mode.SOFT) {
            Instant hour = Instant.ofEpochMilli(id.epochMillis()).truncatedTo(ChronoUnit.HOURS);
            Hourly what = new Hourly(limitId, origin.organizationId(), hour);
            if (!told.contains(what)) {
                due.putIfAbsent(what, origin);
            }
        }
    }

    /** Raises what is due; what fails is due again. */
    Future<Void> alert() {
        List<Future<Void>> raised = new ArrayList<>();
        due.forEach((what, origin) -> {
            told.removeIf(known -> known.hour.isBefore(what.hour));
            raised.add(alerts.raise(what.limitId, what.hour, origin.organizationId(), origin.clientId(), origin.keyId())
                    .onSuccess(_ -> {
                        told.add(what);
                        due.remove(what);
                    }));
        });
        return Future.join(raised).mapEmpty();
    }
}

package dev.tollgate.platform;

import dev.tollgate.limits.budget.pg.PgWindows;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** What no request needs of budgets: windows that ended long ago go, and the others are held against the ledger. */
final class BudgetUpkeep {
    private static final Logger LOG = Logger.getLogger(BudgetUpkeep.class);
    private static final long INTERVAL_MILLIS = 60_000;

    private final PgWindows windows;
    private final int retentionMonths;
    private final InstantSource clock;
    private Future<Void> running = Future.succeededFuture();
    private volatile int drifts;

    BudgetUpkeep(PgWindows windows, int retentionMonths, InstantSource clock, MeterRegistry metrics) {
        if (retentionMonths < 1) {
            throw new StartFailure("TOLLGATE_BUDGET_RETENTION: " + retentionMonths + " (expected: >= 1)");
        }
        this.windows = windows;
        this.retentionMonths = retentionMonths;
        this.clock = clock;
        Gauge.builder("tollgate.budget.drift", this, upkeep -> upkeep.drifts)
                .description("Figures of budgets that did not fit together when they were last held against the ledger")
                .register(metrics);
    }

    void repeat(Vertx vertx) {
        vertx.setPeriodic(INTERVAL_MILLIS, _ -> {
            if (running.isComplete()) {
                running = run().onFailure(failure ->
                        LOG.warnf("Budgets can't be audited or tidied up at present: %s", failure.getMessage()));
            }
        });
    }

    private Future<Void> run() {
        Instant oldest = clock.instant()
                .atOffset(ZoneOffset.UTC)
                .minusMonths(retentionMonths)
                .toInstant();
        return windows.prune(oldest)
                .compose(_ -> windows.audit())
                .onSuccess(this::tell)
                .mapEmpty();
    }

    private void tell(int found) {
        if (found > drifts) {
            LOG.errorf("%d figures of budgets do not fit together; see GET /admin/v1/budgets/drift", found);
        }
        drifts = found;
    }
}

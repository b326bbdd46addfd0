package dev.tollgate.platform;

import dev.tollgate.limits.budget.pg.PgWindows;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import org.jboss.logging.Logger;

/** What no request needs of budgets: windows that ended long ago go. */
final class BudgetUpkeep {
    private static final Logger LOG = Logger.getLogger(BudgetUpkeep.class);
    private static final long INTERVAL_MILLIS = 60_000;

    private final PgWindows windows;
    private final int retentionMonths;
    private final InstantSource clock;
    private Future<Void> running = Future.succeededFuture();

    BudgetUpkeep(PgWindows windows, int retentionMonths, InstantSource clock) {
        if (retentionMonths < 1) {
            throw new StartFailure("TOLLGATE_BUDGET_RETENTION: " + retentionMonths + " (expected: >= 1)");
        }
        this.windows = windows;
        this.retentionMonths = retentionMonths;
        this.clock = clock;
    }

    void repeat(Vertx vertx) {
        vertx.setPeriodic(INTERVAL_MILLIS, _ -> {
            if (running.isComplete()) {
                running = run().onFailure(failure ->
                        LOG.warnf("Old windows of budgets can't be deleted at present: %s", failure.getMessage()));
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
}

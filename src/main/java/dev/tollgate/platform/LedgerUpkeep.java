package dev.tollgate.platform;

import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.pg.PgLedger;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.OptionalInt;
import org.jboss.logging.Logger;

/** What the ledger needs beside being written: partitions ahead, the end of old ones, and who its end users are. */
final class LedgerUpkeep {
    private static final Logger LOG = Logger.getLogger(LedgerUpkeep.class);
    private static final long INTERVAL_MILLIS = 6L * 60 * 60 * 1_000;
    private static final long END_USERS_MILLIS = 1_000;

    private final Vertx vertx;
    private final PgLedger ledger;
    private final EndUsers endUsers;
    private final OptionalInt retentionMonths;
    private final InstantSource clock;
    private Future<Void> storing = Future.succeededFuture();

    LedgerUpkeep(Vertx vertx, PgLedger ledger, EndUsers endUsers, OptionalInt retentionMonths, InstantSource clock) {
        this.vertx = vertx;
        this.ledger = ledger;
        this.endUsers = endUsers;
        this.retentionMonths = retentionMonths;
        this.clock = clock;
    }

    /** How many months of entries are kept; empty for all. */
    static OptionalInt monthsKept(TollgateConfig config) {
        OptionalInt months = config.ledgerRetention();
        if (months.isPresent() && months.getAsInt() < 1) {
            throw new StartFailure("TOLLGATE_LEDGER_RETENTION: " + months.getAsInt() + " (expected: >= 1)");
        }
        return months;
    }

    /**
     * Makes partitions of this month and the next ones, which must be there for requests to be booked. Then, without
     * being waited for, drops the months that are no longer kept, and merges sums.
     */
    Future<Void> run() {
        Instant now = clock.instant();
        return ledger.makePartitions(now)
                .onSuccess(_ -> retain(now)
                        .compose(_ -> ledger.mergeSums(now))
                        .onFailure(failure -> LOG.warnf(
                                "Old months of the ledger can't be dropped or its sums merged at present: %s",
                                failure.getMessage())));
    }

    private Future<Integer> retain(Instant now) {
        if (retentionMonths.isEmpty()) {
            return Future.succeededFuture(0);
        }
        Instant oldest = now.atOffset(ZoneOffset.UTC)
                .minusMonths(retentionMonths.getAsInt())
                .toInstant();
        return ledger.dropBefore(oldest).onSuccess(months -> {
            if (months > 0) {
                LOG.infof("%d months of ledger entries older than TOLLGATE_LEDGER_RETENTION were dropped", months);
            }
        });
    }

    /** Goes on doing so, and brings new end users to the database. */
    void repeat() {
        vertx.setPeriodic(
                INTERVAL_MILLIS,
                _ -> run().onFailure(failure ->
                        LOG.warnf("The ledger's partitions can't be kept up: %s", failure.getMessage())));
        vertx.setPeriodic(END_USERS_MILLIS, _ -> {
            if (storing.isComplete()) {
                storing = endUsers.store();
            }
        });
    }
}

package dev.tollgate.platform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.tollgate.admin.privacy.EndUserHashes;
import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.LedgerWriter;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.pg.PgEndUsers;
import dev.tollgate.ledger.pg.PgLedger;
import dev.tollgate.ledger.pg.PgReplica;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.AbstractVerticle;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.OptionalInt;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** The journal, and what brings its entries to the database. */
@Singleton
final class Ledger {
    private static final Logger LOG = Logger.getLogger(Ledger.class);

    private final TollgateConfig config;
    private final Vertx vertx;
    private final Pool pool;
    private final OwnSecrets secrets;
    private final EndUserHashes endUserHashes;
    private final InstantSource clock;
    private final MeterRegistry metrics;
    private @Nullable Parts opened;

    /** What is there once it is open. */
    record Parts(
            Journal journal,
            PgReplica replica,
            PgLedger store,
            LedgerWriter writer,
            EndUsers endUsers,
            LedgerUpkeep upkeep) {}

    Ledger(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            OwnSecrets secrets,
            EndUserHashes endUserHashes,
            InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.vertx = vertx;
        this.pool = pool;
        this.secrets = secrets;
        this.endUserHashes = endUserHashes;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** Opens the journal; needs no database. */
    void open() {
        byte[] secret = secrets.endUserSecret().getBytes(UTF_8);
        OptionalInt monthsKept = LedgerUpkeep.monthsKept(config);
        Journal journal = JournalConfig.open(config, clock);
        PgReplica replica = new PgReplica(pool, journal.id());
        PgLedger store = new PgLedger(pool, replica, journal.commits());
        LedgerWriter writer = new LedgerWriter(
                vertx, journal, store, clock, config.ledgerInterval().toMillis());
        EndUsers endUsers = new EndUsers(secret, new PgEndUsers(pool));
        endUserHashes.computeBy(endUsers::compute);
        watch(writer);
        JournalConfig.watch(journal, metrics);
        LedgerUpkeep upkeep = new LedgerUpkeep(vertx, store, endUsers, monthsKept, clock);
        opened = new Parts(journal, replica, store, writer, endUsers, upkeep);
    }

    Parts parts() {
        return requireNonNull(opened, "not open");
    }

    /** Begins to bring entries to the database, on an event loop of its own as long as there is one. */
    Future<?> start() {
        LedgerWriter writer = parts().writer;
        return vertx.deployVerticle(new AbstractVerticle() {
            @Override
            public void start() {
                writer.start();
            }
        });
    }

    /** Brings what waits to the database, as far as that can be had soon. */
    void flush() {
        if (opened != null && !Patience.LONG.await(opened.writer.flushAndStop())) {
            LOG.warnf(
                    "%d ledger entries could not be written; they are in the journal for the next start",
                    opened.writer.waitingCount());
        }
    }

    void closeJournal() {
        if (opened != null) {
            opened.journal.close();
        }
    }

    /** Gives back what this replica has in the database. */
    Future<Void> leave() {
        return opened == null ? Future.succeededFuture() : opened.store.close();
    }

    private void watch(LedgerWriter writer) {
        Gauge.builder("tollgate.ledger.waiting", writer, LedgerWriter::waitingCount)
                .description("Ledger entries that are not in the database yet")
                .register(metrics);
        Gauge.builder("tollgate.ledger.failing", writer, ledger -> ledger.isFailing() ? 1 : 0)
                .description("1 while the ledger can't be written")
                .register(metrics);
        Gauge.builder("tollgate.ledger.quarantined", writer, LedgerWriter::quarantinedCount)
                .description("Ledger entries that the database did not take")
                .register(metrics);
    }
}

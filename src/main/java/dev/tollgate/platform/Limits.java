package dev.tollgate.platform;

import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.journal.Journal;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.pg.PgWindows;
import dev.tollgate.limits.budget.pg.RecallListener;
import dev.tollgate.limits.pg.PgLimitAlerts;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.limits.rules.RulesInForce;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * Keeps this replica's shares of budgets: says every half second that it is alive, gives back what
 * others want, takes shares of windows before they begin, and has windows opened, changed and closed in time.
 */
final class Limits {
    private static final Logger LOG = Logger.getLogger(Limits.class);
    private static final long BEAT_MILLIS = 500;
    private static final long TICK_MILLIS = 1_000;
    private static final long CLOSE_MILLIS = 60_000;
    private static final int FAILURES_TOLD = 4;

    private final Vertx vertx;
    private final RuleFeed feed;
    private final RulesInForce rules;
    private final Budgets budgets;
    private final ShareStore shares;
    private final PgWindows windows;
    private final PgReplica replica;
    private final Journal journal;
    private final SoftLimits softLimits;
    private final RecallListener listener;
    private final Set<Long> touched = ConcurrentHashMap.newKeySet();
    private int failures;
    private volatile boolean stopped;
    private volatile boolean released;
    private volatile boolean expected;
    private Future<Void> beating = Future.succeededFuture();
    private Future<Void> ticking = Future.succeededFuture();

    Limits(
            Vertx vertx,
            Pool pool,
            RuleFeed feed,
            RulesInForce rules,
            Budgets budgets,
            ShareStore shares,
            PgReplica replica,
            Journal journal) {
        this.vertx = vertx;
        this.feed = feed;
        this.rules = rules;
        this.budgets = budgets;
        this.shares = shares;
        this.windows = new PgWindows(pool);
        this.softLimits = new SoftLimits(rules, new PgLimitAlerts(pool));
        this.listener =
                new RecallListener(vertx, pool, window -> budgets.recalled(List.of(window)), () -> refreshRules());
        this.replica = replica;
        this.journal = journal;
        rules.onReplace(_ -> budgets.forgetRefusals());
    }

    /** Begins to look after them. */
    void start() {
        listener.start();
        vertx.setPeriodic(BEAT_MILLIS, _ -> beating = unlessBusy(beating, this::beat));
        vertx.setPeriodic(TICK_MILLIS, _ -> ticking = unlessBusy(ticking, this::tick));
        vertx.setPeriodic(CLOSE_MILLIS, _ -> reported(windows::close));
    }

    void stop() {
        stopped = true;
        listener.stop();
    }

    /** Notes what an entry counts in, whose alerts may be due once it is in the database, and what it went beyond. */
    void booked(LedgerEntry entry) {
        LedgerEntry.Holds holds = entry.holds();
        if (holds != null) {
            for (long window : holds.windowIds()) {
                touched.add(window);
            }
        }
        softLimits.booked(entry);
    }

    /** At once, where a notification came. */
    private void refreshRules() {
        if (!feed.isRefreshing()) {
            var _ = reported(() -> feed.refresh().mapEmpty());
        }
    }

    private Future<Void> unlessBusy(Future<Void> last, Supplier<Future<Void>> work) {
        return last.isComplete() ? reported(work) : last;
    }

    private Future<Void> beat() {
        return replica.epoch()
                .compose(epoch -> shares.beat(epoch).compose(beat -> {
                    if (!beat.live()) {
                        replica.lost(epoch);
                    }
                    return budgets.recalled(beat.recalled());
                }));
    }

    private Future<Void> tick() {
        return releaseEarlierRuns()
                .compose(_ -> windows.changeDue())
                .compose(_ -> alert())
                .compose(_ -> softLimits.alert())
                .compose(_ -> budgets.tick(rules.book().budgets()::find));
    }

    /** Of windows that were touched; again as long as entries wait that may be theirs, and after a failure. */
    private Future<Void> alert() {
        Set<Long> due = new TreeSet<>();
        for (Long window : touched) {
            if (touched.remove(window)) {
                due.add(window);
            }
        }
        boolean allIsBooked = journal.waiting() == 0;
        return windows.raiseAlerts(due).onComplete(raised -> {
            if (raised.failed() || !allIsBooked) {
                touched.addAll(due);
            }
        });
    }

    /**
     * The database has lost commits, maybe those that granted shares to this replica. It forgets what is free of them and
     * begins a new run, which asks anew; what is held ends with its requests.
     */
    void commitsLost() {
        var _ = replica.epoch().onSuccess(epoch -> {
            replica.lost(epoch);
            budgets.forgetUpTo(epoch);
            expected = false;
            released = false;
        });
    }

    /**
     * What earlier runs over this journal were granted and did not spend is free when nothing is held for them any more, and
     * all that they did is booked.
     */
    private Future<Void> releaseEarlierRuns() {
        if (released || budgets.isHeldByForgotten()) {
            return Future.succeededFuture();
        }
        return vertx.executeBlocking(this::isAllBooked)
                .compose(replayed -> replayed
                        ? replica.epoch()
                                .compose(epoch -> windows.releaseEarlier(journal.id(), epoch))
                                .onSuccess(_ -> released = true)
                        : Future.succeededFuture());
    }

    /** Whether all is in the database that was told before this was asked first. */
    private boolean isAllBooked() {
        if (!expected) {
            expected = true;
            journal.expectAll();
        }
        return journal.isReplayed();
    }

    private Future<Void> reported(Supplier<Future<Void>> work) {
        if (stopped) {
            return Future.succeededFuture();
        }
        return work.get().onSuccess(_ -> failures = 0).onFailure(this::complain).otherwiseEmpty();
    }

    /** Once per outage, not once per try, and not at the first that is slow. */
    private void complain(Throwable failure) {
        if (++failures == FAILURES_TOLD && !stopped) {
            LOG.warnf(
                    "Budgets can't be looked after at present; what was granted before holds: %s",
                    failure.getMessage());
        }
    }
}

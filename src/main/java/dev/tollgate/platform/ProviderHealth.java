package dev.tollgate.platform;

import static java.util.Objects.requireNonNull;

import dev.tollgate.feed.Readings;
import dev.tollgate.provider.AccountHealth.Traffic;
import dev.tollgate.provider.AccountHealths;
import dev.tollgate.provider.Accounts;
import dev.tollgate.provider.Probe;
import dev.tollgate.provider.Provider;
import dev.tollgate.provider.ProviderCatalog;
import dev.tollgate.provider.health.Evidence;
import dev.tollgate.provider.health.HealthState;
import dev.tollgate.provider.health.Judgement;
import dev.tollgate.provider.health.Turn;
import dev.tollgate.provider.health.Watched;
import dev.tollgate.provider.pg.AccountFeed;
import dev.tollgate.provider.pg.PgProviderHealth;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;

/**
 * Checks every account now and then, apart from any request; of several replicas one does, whichever finds it due first. What
 * a check and the requests since the one before tell becomes the account's state, which all replicas follow: what is down is
 * avoided until it is well again. No request waits for any of it.
 */
final class ProviderHealth {
    private static final Logger LOG = Logger.getLogger(ProviderHealth.class);
    private static final int LOOKS_PER_INTERVAL = 10;
    private static final long LONGEST_LOOK_MILLIS = 3_000;
    private static final int CHECKS_AT_ONCE = 200;
    private static final Duration PATIENCE = Duration.ofSeconds(15);

    /** Where something is amiss checks follow each other so much faster. */
    private static final int HASTE = 3;

    /** So long states hold that can't be read anew. */
    private static final Duration HOLD = Duration.ofMinutes(5);

    private static final Duration KEPT = Duration.ofDays(90);
    private static final long FORGET_MILLIS = 6L * 60 * 60 * 1_000;

    private final Vertx vertx;
    private final Accounts accounts;
    private final AccountFeed feed;
    private final AccountHealths healths;
    private final Probe probe;
    private final ProviderCatalog catalog;
    private final PgProviderHealth store;
    private final ProviderHealthMetrics metrics;
    private final InstantSource clock;
    private final Duration interval;
    private final List<Duration> escalations;

    private final Map<String, Named> known = new HashMap<>();
    private Future<Void> looking = Future.succeededFuture();
    private Instant lookedAt = Instant.MIN;
    private boolean complained;
    private volatile boolean stopped;

    /** What the database knows an account by. */
    private record Named(String name, Object owner) {}

    /**
     * @param interval between two checks of an account; none for never
     * @param escalations how long after its beginning trouble is told again, ascending
     */
    ProviderHealth(
            Vertx vertx,
            Accounts accounts,
            AccountFeed feed,
            AccountHealths healths,
            Probe probe,
            ProviderCatalog catalog,
            PgProviderHealth store,
            ProviderHealthMetrics metrics,
            InstantSource clock,
            Duration interval,
            List<Duration> escalations) {
        this.vertx = vertx;
        this.accounts = accounts;
        this.feed = feed;
        this.healths = healths;
        this.probe = probe;
        this.catalog = catalog;
        this.store = store;
        this.metrics = metrics;
        this.clock = clock;
        this.interval = interval;
        this.escalations = List.copyOf(escalations);
    }

    void start() {
        if (interval.toMillis() <= 0) {
            return;
        }
        lookedAt = clock.instant();
        long every = Math.clamp(interval.toMillis() / LOOKS_PER_INTERVAL, 1, LONGEST_LOOK_MILLIS);
        vertx.setPeriodic(every, _ -> look());
        vertx.setPeriodic(FORGET_MILLIS, _ -> forget());
    }

    void stop() {
        stopped = true;
    }

    private void look() {
        if (!stopped && looking.isComplete()) {
            looking = round().timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS)
                    .onSuccess(_ -> complained = false)
                    .onFailure(this::complain);
        }
    }

    /** Tells what was seen, takes on what is due, and learns how all stand. */
    private Future<Void> round() {
        Map<String, Watched> watched = watched();
        String[] ids = watched.keySet().toArray(String[]::new);
        return know(watched)
                .compose(_ -> tell(watched.keySet()))
                .compose(_ -> store.take(ids, interval, CHECKS_AT_ONCE))
                .compose(turns -> {
                    turns.forEach(turn -> check(requireNonNull(watched.get(turn.accountId())), turn));
                    return store.troubled(ids);
                })
                .map(troubled -> {
                    lookedAt = clock.instant();
                    feed.down(down(troubled));
                    metrics.show(watched.values(), troubled);
                    return null;
                });
    }

    private Map<String, Watched> watched() {
        Map<String, Watched> watched = new HashMap<>();
        accounts.given().forEach(given -> watched.put(given.id(), new Watched(given, given.id())));
        feed.watched().forEach(stored -> watched.put(stored.account().id(), stored));
        return watched;
    }

    private Future<Void> know(Map<String, Watched> watched) {
        known.keySet().retainAll(watched.keySet());
        List<Watched> news = new ArrayList<>();
        watched.forEach((id, each) -> {
            if (!named(each).equals(known.get(id))) {
                news.add(each);
            }
        });
        return news.isEmpty()
                ? Future.succeededFuture()
                : store.know(news, interval)
                        .onSuccess(_ ->
                                news.forEach(each -> known.put(each.account().id(), named(each))));
    }

    private static Named named(Watched watched) {
        return new Named(watched.name(), watched.account().owner());
    }

    /** What can't be told is old by the time that it can. */
    private Future<Void> tell(Set<String> ids) {
        Map<String, Traffic> seen = new HashMap<>();
        for (String id : ids) {
            Traffic traffic = healths.of(id).takeUntold();
            if (traffic.attempts() > 0) {
                seen.put(id, traffic);
            }
        }
        return seen.isEmpty() ? Future.succeededFuture() : store.tell(seen);
    }

    private void check(Watched watched, Turn turn) {
        Provider.Probed what =
                catalog.find(watched.account().provider()).map(Provider::probe).orElse(Provider.Probed.BASE_URL);
        Duration patience = interval.compareTo(PATIENCE) < 0 ? interval : PATIENCE;
        probe.ask(watched.account(), what, patience)
                .compose(answer -> {
                    metrics.checked(watched.account(), answer.outcome());
                    return judge(watched, turn, new Evidence(answer, turn.traffic()));
                })
                .onFailure(this::complain);
    }

    private Future<Void> judge(Watched watched, Turn turn, Evidence evidence) {
        Judgement next = turn.judgement().after(evidence.finding());
        Duration again = next.isWell() ? interval : interval.dividedBy(HASTE);
        return store.judge(turn, next, evidence, again, escalations).map(taken -> {
            if (taken && next.state() != turn.judgement().state()) {
                LOG.infof(
                        "Account %s at %s is %s: %s",
                        watched.account().id(),
                        watched.account().provider(),
                        next.state().label(),
                        evidence.reason());
                look();
            }
            return null;
        });
    }

    private static Set<String> down(Map<String, HealthState> troubled) {
        return troubled.entrySet().stream()
                .filter(each -> each.getValue() == HealthState.DOWN)
                .map(Map.Entry::getKey)
                .collect(Collectors.toUnmodifiableSet());
    }

    /** Once per outage of the database; what is known holds for a while, and then nothing speaks against any account. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("Provider accounts can't be checked at present: %s", failure.getMessage());
        }
        complained = true;
        if (lookedAt.plus(HOLD).isBefore(clock.instant())) {
            feed.down(Set.of());
        }
    }

    private void forget() {
        store.forget(clock.instant().minus(KEPT))
                .onFailure(failure -> LOG.warnf(
                        "Old states of provider accounts can't be forgotten at present: %s", failure.getMessage()));
    }
}

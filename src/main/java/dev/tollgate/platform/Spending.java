package dev.tollgate.platform;

import static java.util.Objects.requireNonNull;

import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.pg.PgShares;
import dev.tollgate.limits.budget.pg.PgStandings;
import dev.tollgate.limits.budget.pg.PgWindows;
import dev.tollgate.limits.pg.RuleFeed;
import dev.tollgate.limits.rules.RulesInForce;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.redis.client.Redis;
import io.vertx.sqlclient.Pool;
import jakarta.enterprise.inject.Instance;
import jakarta.inject.Singleton;
import java.time.InstantSource;
import java.util.Optional;
import java.util.function.Consumer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.jspecify.annotations.Nullable;

/** What keeps spending and use within what is allowed: budgets, rates and slots. */
@Singleton
final class Spending {
    private final TollgateConfig config;
    private final Vertx vertx;
    private final Pool pool;
    private final Instance<Redis> redis;
    private final boolean hasRedis;
    private final RulesInForce rules;
    private final RuleFeed ruleFeed;
    private final Ledger ledger;
    private final ReplicaName replicaName;
    private final InstantSource clock;
    private final MeterRegistry metrics;
    private @Nullable Parts opened;

    private record Parts(Budgets budgets, Rates rates, Limits limits, BudgetUpkeep upkeep) {}

    Spending(
            TollgateConfig config,
            Vertx vertx,
            Pool pool,
            Instance<Redis> redis,
            @ConfigProperty(name = "quarkus.redis.hosts") Optional<String> redisHosts,
            RulesInForce rules,
            RuleFeed ruleFeed,
            Ledger ledger,
            ReplicaName replicaName,
            InstantSource clock,
            MeterRegistry metrics) {
        this.config = config;
        this.vertx = vertx;
        this.pool = pool;
        this.redis = redis;
        this.hasRedis = redisHosts.isPresent();
        this.rules = rules;
        this.ruleFeed = ruleFeed;
        this.ledger = ledger;
        this.replicaName = replicaName;
        this.clock = clock;
        this.metrics = metrics;
    }

    /** The ledger is open; needs no database. */
    void open() {
        Ledger.Parts booking = ledger.parts();
        PgShares shares = new PgShares(pool, BudgetConfig.STORE_PATIENCE);
        Budgets budgets = BudgetConfig.budgets(config, vertx, shares, booking.replica(), clock);
        BudgetUpkeep upkeep = new BudgetUpkeep(new PgWindows(pool), config.budgetRetention(), clock, metrics);
        Rates rates = Rates.of(config, vertx, pool, hasRedis ? redis.get() : null, replicaName.value(), metrics);
        Limits limits = new Limits(vertx, pool, ruleFeed, rules, budgets, shares, booking.replica(), booking.journal());
        booking.writer().onCommitsLost(limits::commitsLost);
        watch();
        opened = new Parts(budgets, rates, limits, upkeep);
    }

    /** What the gateway needs of it, once it is open. */
    RequestPipeline.Spending forGateway() {
        return BudgetConfig.spending(config, rules, parts().rates.limits(), parts().budgets, new PgStandings(pool)::of);
    }

    /** Is to be told of every entry, once it is open. */
    Consumer<LedgerEntry> observer() {
        return parts().limits::booked;
    }

    /** Begins to look after budgets; the database is migrated. */
    void start() {
        parts().limits.start();
        parts().upkeep.repeat(vertx);
    }

    /** Takes nothing new; what is held stays so until {@link #giveBack}. */
    void stop() {
        if (opened != null) {
            opened.limits.stop();
            opened.rates.stop();
        }
    }

    /** Gives back what this replica was granted and has not spent. */
    Future<?> giveBack() {
        return opened == null ? Future.succeededFuture() : opened.budgets.giveBackAll();
    }

    private Parts parts() {
        return requireNonNull(opened, "not open");
    }

    private void watch() {
        Gauge.builder(
                        "tollgate.rules.silence",
                        rules.hearing(),
                        hearing -> hearing.silence().toMillis() / 1e3)
                .baseUnit("seconds")
                .description("Seconds since the rules in force, stops among them, were known to be all there are")
                .register(metrics);
    }
}

package dev.tollgate.platform;

import dev.tollgate.bounds.Bounds;
import dev.tollgate.gateway.HoldBudget;
import dev.tollgate.gateway.KeyLimits;
import dev.tollgate.gateway.RequestPipeline;
import dev.tollgate.kernel.Money;
import dev.tollgate.ledger.pg.PgReplica;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RulesInForce;
import io.vertx.core.Vertx;
import java.time.Duration;
import java.time.InstantSource;

/** Budgets as the settings want them. */
final class BudgetConfig {
    /** How long the database may take to answer for a share, while a request waits. */
    static final Duration STORE_PATIENCE = Duration.ofSeconds(2);

    /** Twice as long as a stop may take to be heard where all is well. */
    private static final Duration SILENCE_LEAST = Duration.ofSeconds(2);

    private static final Duration FOR_EVER = Duration.ofNanos(Long.MAX_VALUE);

    private BudgetConfig() {}

    static Budgets budgets(
            TollgateConfig config, Vertx vertx, ShareStore shares, PgReplica replica, InstantSource clock) {
        return new Budgets(
                shares,
                replica::epoch,
                clock,
                System::nanoTime,
                (millis, action) -> {
                    long timer = vertx.setTimer(millis, _ -> action.run());
                    return () -> vertx.cancelTimer(timer);
                },
                new Budgets.Settings(config.budgetPatience().toMillis(), overdraft(config)));
    }

    static RequestPipeline.Spending spending(
            TollgateConfig config, RulesInForce rules, RateLimits rates, Budgets budgets, KeyLimits.Source standings) {
        return new RequestPipeline.Spending(
                rules,
                rates,
                budgets,
                new Bounds(),
                standings,
                new HoldBudget.Settings(
                        config.budgetShort() == TollgateConfig.WhenShort.FIT,
                        config.budgetLeastOutput(),
                        config.toolCalls(),
                        config.unbounded() == TollgateConfig.Unbounded.ALLOW),
                config.defaultTier().orElse(null));
    }

    /** Without the setting it never is so deaf that nothing may be spent. */
    static Hearing hearing(TollgateConfig config) {
        if (config.stopsSilence().compareTo(SILENCE_LEAST) < 0) {
            throw new StartFailure("TOLLGATE_STOPS_SILENCE: " + config.stopsSilence() + " (expected: at least "
                    + SILENCE_LEAST.toSeconds() + "s, as stops are asked for every half second)");
        }
        boolean refuses = config.stopsUnheard() == TollgateConfig.Unheard.REFUSE;
        return new Hearing(System::nanoTime, refuses ? config.stopsSilence() : FOR_EVER);
    }

    private static long overdraft(TollgateConfig config) {
        try {
            return Money.nanosOf(config.budgetOverdraft());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("TOLLGATE_BUDGET_OVERDRAFT: " + e.getMessage());
        }
    }
}

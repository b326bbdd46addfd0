package dev.tollgate.admin.routes;

import static java.util.Objects.requireNonNull;

import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.rate.RateLimits;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** What requests are held to in this process, which is made at start. */
@Singleton
public final class LimitsInUse {
    private volatile @Nullable Made made;

    /** @param tierOfNone holds for organizations that have no tier; null for none */
    private record Made(
            RateLimits rates, Budgets budgets, @Nullable String tierOfNone) {}

    /** @param tierOfNone holds for organizations that have no tier; null for none */
    public void are(RateLimits rates, Budgets budgets, @Nullable String tierOfNone) {
        made = new Made(rates, budgets, tierOfNone);
    }

    RateLimits rates() {
        return made().rates;
    }

    Budgets budgets() {
        return made().budgets;
    }

    /** The tier of organizations that have none, or null. */
    @Nullable
    String tierOfNone() {
        return made().tierOfNone;
    }

    private Made made() {
        return requireNonNull(made, "not started");
    }
}

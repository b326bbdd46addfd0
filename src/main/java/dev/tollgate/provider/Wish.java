package dev.tollgate.provider;

import dev.tollgate.provider.Account.Use;
import org.jspecify.annotations.Nullable;

/**
 * What account is looked for.
 *
 * @param called what the caller wants, a provider or an account's id, or null for any
 * @param within where a route wants it
 * @param epochMillis when the request began, which decides what price holds
 */
public record Wish(Tenant tenant, @Nullable String called, Within within, String model, long epochMillis) {

    /**
     * The accounts that a route leads to.
     *
     * @param provider at this provider, or null for any
     * @param account this one, or null for any
     * @param region with this region among its own, or null for any
     */
    public record Within(
            @Nullable String provider,
            @Nullable String account,
            @Nullable String region) {
        public static final Within ANYTHING = new Within(null, null, null);
    }

    /** For a model at any account, or at those that the caller wants. */
    public Wish(Tenant tenant, @Nullable String called, String model, long epochMillis) {
        this(tenant, called, Within.ANYTHING, model, epochMillis);
    }

    /** Whether it is said at which provider, so that a model without a price is charged at a ceiling there. */
    boolean namesPlace() {
        return called != null || within.provider != null || within.account != null;
    }

    boolean isServedBy(Account account) {
        return unfit(account) == null;
    }

    /** What speaks against an account, price and owner aside; null where nothing does. */
    @Nullable
    Unfit unfit(Account account) {
        Use use = account.use();
        if (within.provider != null && !account.provider().equals(within.provider)) {
            return Unfit.OTHER_PROVIDER;
        }
        if (within.account != null && !account.id().equals(within.account)) {
            return Unfit.OTHER_ACCOUNT;
        }
        if (within.region != null && !use.regions().contains(within.region)) {
            return Unfit.OTHER_REGION;
        }
        if (called != null && !account.isCalled(called)) {
            return Unfit.NOT_WANTED;
        }
        return use.models().has(model) ? null : Unfit.OTHER_MODEL;
    }
}

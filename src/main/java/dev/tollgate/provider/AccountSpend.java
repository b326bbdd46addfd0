package dev.tollgate.provider;

import dev.tollgate.kernel.Money;

/**
 * What requests over an account have cost.
 *
 * @param platformCost what the platform pays the provider: nothing over accounts of customers
 * @param customerCost what customers pay the provider themselves
 * @param charge what organizations pay the platform
 */
public record AccountSpend(long requests, Money platformCost, Money customerCost, Money charge) {
    public static final AccountSpend NONE = new AccountSpend(0, Money.ZERO, Money.ZERO, Money.ZERO);
}

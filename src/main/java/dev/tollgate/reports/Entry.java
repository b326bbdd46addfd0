package dev.tollgate.reports;

import dev.tollgate.kernel.Money;

/**
 * An entry of the ledger as it is told.
 *
 * @param json all that it says, an object
 */
public record Entry(EntryPosition position, Money providerCost, Money charge, String json) {}

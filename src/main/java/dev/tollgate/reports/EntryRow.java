package dev.tollgate.reports;

import dev.tollgate.kernel.Money;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An entry of the ledger on its way out.
 *
 * @param cells its members as texts, or the one text that is its JSON
 */
public record EntryRow(Money providerCost, Money charge, List<@Nullable String> cells) {}

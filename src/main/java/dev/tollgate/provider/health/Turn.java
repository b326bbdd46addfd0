package dev.tollgate.provider.health;

import dev.tollgate.provider.AccountHealth.Traffic;

/**
 * A check that this process has taken on itself, and what was known before.
 *
 * @param number of the account's checks; one that another has overtaken is void
 */
public record Turn(String accountId, long number, Judgement judgement, Traffic traffic) {}

package dev.tollgate.provider.health;

import dev.tollgate.provider.Account;

/**
 * An account that is checked.
 *
 * @param name for people
 */
public record Watched(Account account, String name) {}

package dev.tollgate.access;

import static dev.tollgate.access.Permission.ALERTS_READ;
import static dev.tollgate.access.Permission.ALERTS_WRITE;
import static dev.tollgate.access.Permission.AUDIT_READ;
import static dev.tollgate.access.Permission.BUDGETS_READ;
import static dev.tollgate.access.Permission.BUDGETS_WRITE;
import static dev.tollgate.access.Permission.CACHE_READ;
import static dev.tollgate.access.Permission.CACHE_WRITE;
import static dev.tollgate.access.Permission.CLIENTS_READ;
import static dev.tollgate.access.Permission.CLIENTS_WRITE;
import static dev.tollgate.access.Permission.KEYS_READ;
import static dev.tollgate.access.Permission.KEYS_WRITE;
import static dev.tollgate.access.Permission.LEDGER_READ;
import static dev.tollgate.access.Permission.ORGANIZATION_READ;
import static dev.tollgate.access.Permission.ORGANIZATION_WRITE;
import static dev.tollgate.access.Permission.PRICES_READ;
import static dev.tollgate.access.Permission.PRIVACY_ERASE;
import static dev.tollgate.access.Permission.PRIVACY_READ;
import static dev.tollgate.access.Permission.PROVIDERS_READ;
import static dev.tollgate.access.Permission.PROVIDERS_WRITE;
import static dev.tollgate.access.Permission.SETTINGS_READ;
import static dev.tollgate.access.Permission.SETTINGS_WRITE;
import static dev.tollgate.access.Permission.STOPS_WRITE;
import static dev.tollgate.access.Permission.TOKENS_READ;
import static dev.tollgate.access.Permission.TOKENS_WRITE;
import static dev.tollgate.access.Permission.USAGE_READ;

import java.util.Arrays;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/** What an admin token is for. All but the platform's administrator reach one organization only. */
public enum Role {
    /** Runs the platform: everything, in every organization. */
    PLATFORM_ADMINISTRATOR(EnumSet.allOf(Permission.class)),

    /** Runs one organization: its clients, keys and tokens, and all that it may know. */
    ORGANIZATION_ADMINISTRATOR(EnumSet.of(
            ORGANIZATION_READ,
            ORGANIZATION_WRITE,
            SETTINGS_READ,
            SETTINGS_WRITE,
            CLIENTS_READ,
            CLIENTS_WRITE,
            KEYS_READ,
            KEYS_WRITE,
            TOKENS_READ,
            TOKENS_WRITE,
            BUDGETS_READ,
            BUDGETS_WRITE,
            STOPS_WRITE,
            USAGE_READ,
            LEDGER_READ,
            PRICES_READ,
            CACHE_READ,
            CACHE_WRITE,
            ALERTS_READ,
            ALERTS_WRITE,
            PROVIDERS_READ,
            PROVIDERS_WRITE,
            AUDIT_READ,
            PRIVACY_READ,
            PRIVACY_ERASE)),

    /** Follows the money of one organization. */
    BILLING(EnumSet.of(
            ORGANIZATION_READ,
            CLIENTS_READ,
            BUDGETS_READ,
            USAGE_READ,
            LEDGER_READ,
            PRICES_READ,
            CACHE_READ,
            ALERTS_READ)),

    /** Sees how one organization is set up, but no money. */
    VIEWER(EnumSet.of(ORGANIZATION_READ, SETTINGS_READ, CLIENTS_READ, KEYS_READ));

    private final Set<Permission> permissions;

    Role(Set<Permission> permissions) {
        this.permissions = permissions;
    }

    public boolean may(Permission permission) {
        return permissions.contains(permission);
    }

    /** Whether it reaches every organization; the others are bound to one. */
    public boolean isPlatforms() {
        return this == PLATFORM_ADMINISTRATOR;
    }

    /** The name that administrators see and the database keeps: {@code billing}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role of that label. */
    public static Optional<Role> of(String label) {
        return Arrays.stream(values())
                .filter(role -> role.label().equals(label))
                .findFirst();
    }
}

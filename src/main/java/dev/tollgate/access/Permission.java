package dev.tollgate.access;

import java.util.Locale;

/** What an operation of administration needs; a {@link Role} is a set of these. */
public enum Permission {
    /** Create and delete organizations, and change what they may not change themselves. */
    ORGANIZATIONS_MANAGE("create, suspend and delete organizations; set what they pay and may use"),
    ORGANIZATION_READ("read an organization and its settings"),
    ORGANIZATION_WRITE("change an organization's own settings"),
    SETTINGS_READ("read what is set for features"),
    SETTINGS_WRITE("change, switch and restore what is set for features"),
    CLIENTS_READ("read clients"),
    CLIENTS_WRITE("create, change and delete clients"),
    KEYS_READ("read what is known of keys, never the keys themselves"),
    KEYS_WRITE("create, change, rotate and revoke keys"),
    TOKENS_READ("read what is known of admin tokens, never the tokens themselves"),
    TOKENS_WRITE("create and revoke admin tokens"),
    BUDGETS_READ("read budgets, limits, tiers, stops and what is in doubt"),
    BUDGETS_WRITE("create, change and end budgets and limits, increase and top up"),
    STOPS_WRITE("stop spend, and resume it"),
    LIMITS_OPERATE("change tiers, decide what is in doubt, release what lost replicas held"),
    USAGE_READ("read usage and its cost"),
    LEDGER_READ("read ledger entries"),
    QUARANTINE_READ("read entries that the ledger could not take, of whatever organization"),
    PRICES_READ("read prices"),
    PRICES_WRITE("change prices, re-rate"),
    ROUTES_READ("read routes and how tiers are routed, explain requests"),
    ROUTES_WRITE("change, remove and restore routes and how tiers are routed"),
    CACHE_READ("read what the cache has done"),
    CACHE_WRITE("drop cached answers"),
    ALERTS_READ("read alerts, their channels and deliveries"),
    ALERTS_WRITE("create, change, test and delete alert channels; send alerts again"),
    PROVIDERS_READ("read provider accounts and how they do, never their credentials"),
    PROVIDERS_WRITE("create, change, check and delete provider accounts"),
    VAULT_OPERATE("see what secrets are encrypted under, encrypt them anew, and prove that they open"),
    AUDIT_READ("read the audit log"),
    AUDIT_VERIFY("verify the whole audit log"),
    PRIVACY_READ("export what is stored of a person or client"),
    PRIVACY_ERASE("erase what is stored of a person or client");

    private final String description;

    Permission(String description) {
        this.description = description;
    }

    /** The name that administrators see: {@code keys_write}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** What whoever has it may do, in a few words. */
    public String description() {
        return description;
    }
}

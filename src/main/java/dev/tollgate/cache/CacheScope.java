package dev.tollgate.cache;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who shares answers: the requests of one client, of one organization, or of a pool that several organizations have joined.
 * Its text names the partition in which a tier keeps them, and no two scopes have the same.
 */
public final class CacheScope {
    private static final String POOL = "pool:";
    private static final String NO_CLIENT = "-";

    /** Of ids and of names of pools: nothing by which one text could stand for two scopes. */
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,128}");

    private final String text;
    private final @Nullable String organizationId;
    private final @Nullable String clientId;

    private CacheScope(String text, @Nullable String organizationId, @Nullable String clientId) {
        this.text = text;
        this.organizationId = organizationId;
        this.clientId = clientId;
    }

    /**
     * The requests of one client.
     *
     * @param clientId null for those requests of the organization that are of no client
     */
    public static CacheScope ofClient(String organizationId, @Nullable String clientId) {
        String client = clientId == null ? NO_CLIENT : named(clientId);
        return new CacheScope(named(organizationId) + '/' + client, organizationId, clientId);
    }

    /** All requests of one organization. */
    public static CacheScope ofOrganization(String organizationId) {
        return new CacheScope(named(organizationId), organizationId, null);
    }

    /** The requests of all organizations that have joined a pool. */
    public static CacheScope ofPool(String name) {
        return new CacheScope(POOL + named(name), null, null);
    }

    /** The scope with that {@link #text}; fails with {@link IllegalArgumentException} where there is none. */
    public static CacheScope of(String text) {
        if (text.startsWith(POOL)) {
            return ofPool(text.substring(POOL.length()));
        }
        int slash = text.indexOf('/');
        if (slash < 0) {
            return ofOrganization(text);
        }
        String client = text.substring(slash + 1);
        return ofClient(text.substring(0, slash), client.equals(NO_CLIENT) ? null : client);
    }

    private static String named(String name) {
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("cache scope: " + name + " (expected: " + NAME + ")");
        }
        return name;
    }

    /** The name of the partition: {@code org_1}, {@code org_1/cli_2}, {@code org_1/-}, {@code pool:name}. */
    public String text() {
        return text;
    }

    /** Whose it is, or null for a pool. */
    public @Nullable String organizationId() {
        return organizationId;
    }

    /** The client whose it is, or null where it is no one client's. */
    public @Nullable String clientId() {
        return clientId;
    }

    public boolean isPool() {
        return organizationId == null;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof CacheScope scope && text.equals(scope.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}

package dev.tollgate.provider;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The accounts that are open to each tenant, preferred ones first: its client's own, its organization's own, the
 * platform's. An account is in the lists of its owner and in no other, so that no choice can reach one of somebody else.
 * Immutable.
 */
final class AccountIndex {
    static final AccountIndex EMPTY = new AccountIndex(List.of());

    private final List<Account> platforms;
    private final Set<String> providers = new HashSet<>();
    private final Map<String, List<Account>> byOrganization = new HashMap<>();
    private final Map<Tenant, List<Account>> byClient = new HashMap<>();

    AccountIndex(List<Account> accounts) {
        Map<String, List<Account>> ofOrganizations = new HashMap<>();
        Map<Tenant, List<Account>> ofClients = new HashMap<>();
        List<Account> ofPlatform = new ArrayList<>();
        for (Account account : accounts) {
            providers.add(account.provider());
            String organization = account.owner().organizationId();
            String client = account.owner().clientId();
            if (organization == null) {
                ofPlatform.add(account);
            } else if (client == null) {
                ofOrganizations
                        .computeIfAbsent(organization, _ -> new ArrayList<>())
                        .add(account);
            } else {
                ofClients
                        .computeIfAbsent(new Tenant(organization, client), _ -> new ArrayList<>())
                        .add(account);
            }
        }
        platforms = List.copyOf(ofPlatform);
        ofOrganizations.forEach((id, own) -> byOrganization.put(id, joined(own, platforms)));
        ofClients.forEach((client, own) -> byClient.put(client, joined(own, of(client.organizationId()))));
    }

    /** The accounts that a tenant may use. */
    List<Account> openTo(Tenant tenant) {
        if (tenant.clientId() != null) {
            List<Account> clients = byClient.get(tenant);
            if (clients != null) {
                return clients;
            }
        }
        return of(tenant.organizationId());
    }

    private List<Account> of(@Nullable String organizationId) {
        return byOrganization.getOrDefault(organizationId, platforms);
    }

    private static List<Account> joined(List<Account> first, List<Account> rest) {
        List<Account> all = new ArrayList<>(first);
        all.addAll(rest);
        return List.copyOf(all);
    }

    /** Whether there is an account at a provider, whoever may use it. */
    boolean hasProvider(String provider) {
        return providers.contains(provider);
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.access.Principal;
import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.tenants.TenantChanges;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.tenancy.Client;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.pg.PgClients;
import dev.tollgate.tenancy.pg.PgOrganizations;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/**
 * Finds out to whom something new belongs: to what the request names, or else to the organization of the token, or to the
 * only one that there is.
 */
@Singleton
public class Belonging {
    private static final String ORGANIZATION = "organization_id";
    private static final String TEAM = "team_id";

    private final PgOrganizations organizations;
    private final PgClients clients;

    public Belonging(PgOrganizations organizations, PgClients clients) {
        this.organizations = organizations;
        this.clients = clients;
    }

    /** An organization, and one of its clients or none. */
    record Tenant(String organizationId, @Nullable String clientId) {}

    /**
     * Both stay as they are until the change ends.
     *
     * @param organizationId {@code org_…}, or null
     * @param teamId a client or an organization, or null: scripts call either a team
     */
    Future<Tenant> find(Change change, @Nullable String organizationId, @Nullable String teamId) {
        if (teamId == null) {
            return organization(change, ORGANIZATION, organizationId);
        }
        if (teamId.startsWith("cli_")) {
            return client(change, organizationId, teamId);
        }
        if (!teamId.startsWith("org_") || (organizationId != null && !organizationId.equals(teamId))) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    TEAM + ": not the id of a client (expected: cli_…, or org_… for an organization as a whole)",
                    TEAM);
        }
        return organization(change, TEAM, teamId);
    }

    private Future<Tenant> organization(Change change, String field, @Nullable String asked) {
        Principal principal = change.principal();
        String own = principal.scope(asked);
        return (own == null ? only(change) : Future.succeededFuture(own))
                .compose(id -> organizations.lock(change, id))
                .map(found -> {
                    Organization organization = TenantChanges.given(field, found);
                    TenantChanges.mustNotHaveEnded("organization", organization.stamps());
                    return new Tenant(organization.id(), null);
                });
    }

    private Future<String> only(Change change) {
        return organizations
                .only(change)
                .map(found -> found.orElseThrow(() -> new Problem(
                        ProblemCode.INVALID_VALUE,
                        ORGANIZATION
                                + ": left out, and there are several organizations, or none (expected: org_…, or team_id"
                                + " with cli_…, or the token of one organization)",
                        ORGANIZATION)));
    }

    private Future<Tenant> client(Change change, @Nullable String organizationId, String clientId) {
        String own = change.principal().scope(organizationId);
        return clients.lock(change, clientId).map(found -> {
            Client client =
                    TenantChanges.given(TEAM, found.filter(each -> own == null || own.equals(each.organizationId())));
            TenantChanges.mustNotHaveEnded("client", client.stamps());
            return new Tenant(client.organizationId(), client.id());
        });
    }
}

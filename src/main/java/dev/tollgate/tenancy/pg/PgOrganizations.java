package dev.tollgate.tenancy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.tenancy.Organization;
import dev.tollgate.tenancy.TenantFilter;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Organizations in PostgreSQL. */
public final class PgOrganizations {
    private static final String ENDED = "archived_at";

    private final TenantTable<Organization> table;
    private final PgClients clients;
    private final PgKeys keys;

    public PgOrganizations(Pool pool, PgClients clients, PgKeys keys) {
        this.clients = clients;
        this.keys = keys;
        this.table = new TenantTable<>(
                pool,
                new TenantTable.Form<>(
                        "organization",
                        "id",
                        ENDED,
                        "",
                        List.of(
                                new TenantTable.Column<>("tier", Organization::tier),
                                new TenantTable.Column<>("caller_keys_allowed", Organization::callerKeysAllowed)),
                        Organization::profile,
                        Organization::id,
                        Organization::stamps,
                        PgOrganizations::organization));
    }

    public Future<Optional<Organization>> find(String id) {
        return table.find(id);
    }

    /** The organization, which nobody else changes until the change ends. */
    public Future<Optional<Organization>> lock(Change change, String id) {
        return table.lock(change, id);
    }

    /** The organization where there is but one that was not archived. */
    public Future<Optional<String>> only(Change change) {
        return change.connection()
                .query("select id from organization where archived_at is null limit 2")
                .execute()
                .map(rows ->
                        rows.size() == 1 ? Optional.of(rows.iterator().next().getString(0)) : Optional.empty());
    }

    /** Organizations from the newest on; {@code organizationId} of the filter is the one asked for. */
    public Future<List<Organization>> list(TenantFilter filter, String cursor, int limit) {
        return table.list(filter, cursor, limit);
    }

    public String cursor(Organization organization) {
        return table.cursor(organization);
    }

    public Future<Organization> create(Change change, Organization organization) {
        return table.insert(change, organization, List.of());
    }

    public Future<Organization> update(Change change, Organization organization) {
        return table.update(change, organization);
    }

    /** What became of an organization that was archived. */
    public record Archived(Organization organization, int clients, int keys) {}

    /** Archives an organization and its clients, and revokes its keys, for good. */
    public Future<Archived> archive(Change change, String id) {
        return table.set(change, ENDED + " = now()", Tuple.of(id))
                .compose(organization -> clients.archiveAll(change, id)
                        .compose(archived -> keys.revokeOfOrganization(change, id)
                                .map(revoked -> new Archived(organization, archived, revoked))));
    }

    private static Organization organization(Row row) {
        return new Organization(
                row.getString("id"),
                TenantTable.profile(row),
                row.getString("tier"),
                row.getBoolean("caller_keys_allowed"),
                TenantTable.stamps(row, ENDED));
    }
}

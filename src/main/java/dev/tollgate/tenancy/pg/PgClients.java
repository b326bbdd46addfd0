package dev.tollgate.tenancy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.tenancy.Client;
import dev.tollgate.tenancy.TenantFilter;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.Optional;

/** Clients in PostgreSQL. */
public final class PgClients {
    private static final String ENDED = "archived_at";

    private final TenantTable<Client> table;
    private final PgKeys keys;

    public PgClients(Pool pool, PgKeys keys) {
        this.keys = keys;
        this.table = new TenantTable<>(
                pool,
                new TenantTable.Form<>(
                        "client",
                        "id",
                        ENDED,
                        "",
                        List.of(new TenantTable.Column<>("organization_id", Client::organizationId)),
                        Client::profile,
                        Client::id,
                        Client::stamps,
                        PgClients::client));
    }

    public Future<Optional<Client>> find(String id) {
        return table.find(id);
    }

    /** The client, which nobody else changes until the change ends. */
    public Future<Optional<Client>> lock(Change change, String id) {
        return table.lock(change, id);
    }

    /** Clients from the newest on. */
    public Future<List<Client>> list(TenantFilter filter, String cursor, int limit) {
        return table.list(filter, cursor, limit);
    }

    public String cursor(Client client) {
        return table.cursor(client);
    }

    public Future<Client> create(Change change, Client client) {
        return table.insert(change, client, List.of());
    }

    public Future<Client> update(Change change, Client client) {
        return table.update(change, client);
    }

    /** What became of a client that was archived. */
    public record Archived(Client client, int keys) {}

    /** Archives a client and revokes its keys, for good. */
    public Future<Archived> archive(Change change, String id) {
        return table.set(change, ENDED + " = now()", Tuple.of(id))
                .compose(client -> keys.revokeOfClient(change, id).map(revoked -> new Archived(client, revoked)));
    }

    Future<Integer> archiveAll(Change change, String organizationId) {
        return table.endAll(change, "organization_id = $1", organizationId);
    }

    private static Client client(Row row) {
        return new Client(
                row.getString("id"),
                row.getString("organization_id"),
                TenantTable.profile(row),
                TenantTable.stamps(row, ENDED));
    }
}

package dev.tollgate.tenancy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.TenantFilter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Keys in PostgreSQL: their hashes, never the keys. */
public final class PgKeys {
    private static final String ID_PREFIX = "key_";
    private static final String ENDED = "revoked_at";
    private static final String LAST_USED =
            ", (select last_used_at from api_key_use used where used.public_id = api_key.public_id) as last_used_at";

    private final TenantTable<Key> table;

    public PgKeys(Pool pool) {
        this.table = new TenantTable<>(
                pool,
                new TenantTable.Form<>(
                        "api_key",
                        "public_id",
                        ENDED,
                        LAST_USED,
                        List.of(
                                new TenantTable.Column<>("organization_id", Key::organizationId),
                                new TenantTable.Column<>("client_id", Key::clientId),
                                new TenantTable.Column<>("feature", Key::feature)),
                        Key::profile,
                        key -> publicId(key.id()),
                        Key::stamps,
                        PgKeys::key));
    }

    public Future<Optional<Key>> find(String id) {
        return isId(id) ? table.find(publicId(id)) : Future.succeededFuture(Optional.empty());
    }

    /** The key, which nobody else changes until the change ends. */
    public Future<Optional<Key>> lock(Change change, String id) {
        return isId(id) ? table.lock(change, publicId(id)) : Future.succeededFuture(Optional.empty());
    }

    /** Keys from the newest on. */
    public Future<List<Key>> list(TenantFilter filter, String cursor, int limit) {
        return table.list(filter, cursor, limit);
    }

    public String cursor(Key key) {
        return table.cursor(key);
    }

    /** Stores a new key; {@code secret} is what was made for it. */
    public Future<Key> create(Change change, Key key, ApiKey secret) {
        return table.insert(
                change, key, List.of(new TenantTable.Column<>("sha256", _ -> Buffer.buffer(secret.sha256()))));
    }

    public Future<Key> update(Change change, Key key) {
        return table.update(change, key);
    }

    /**
     * Gives a key another secret. The one before it, and no older one, stays good beside it.
     *
     * @param until for how long, or null where it is good no more
     */
    public Future<Key> rotate(Change change, ApiKey renewed, @Nullable Instant until) {
        return table.set(
                change, """
                sha256 = $2, previous_expires_at = $3,
                previous_sha256 = case when $3::timestamptz is null then null else sha256 end
                """, Tuple.of(renewed.publicId(), Buffer.buffer(renewed.sha256()), TenantTable.time(until)));
    }

    /** Revokes a key for good. */
    public Future<Key> revoke(Change change, String id) {
        return table.set(change, ENDED + " = now()", Tuple.of(publicId(id)));
    }

    Future<Integer> revokeOfOrganization(Change change, String organizationId) {
        return table.endAll(change, "organization_id = $1", organizationId);
    }

    Future<Integer> revokeOfClient(Change change, String clientId) {
        return table.endAll(change, "client_id = $1", clientId);
    }

    private static boolean isId(String id) {
        return id.startsWith(ID_PREFIX);
    }

    private static String publicId(String id) {
        return id.substring(ID_PREFIX.length());
    }

    private static Key key(Row row) {
        return new Key(
                ID_PREFIX + row.getString("public_id"),
                row.getString("organization_id"),
                row.getString("client_id"),
                TenantTable.profile(row),
                row.getString("feature"),
                TenantTable.instant(row, "previous_expires_at"),
                TenantTable.instant(row, "last_used_at"),
                TenantTable.stamps(row, ENDED));
    }
}

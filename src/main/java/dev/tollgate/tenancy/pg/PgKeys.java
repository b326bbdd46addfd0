package dev.tollgate.tenancy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.tenancy.ApiKey;
import dev.tollgate.tenancy.Key;
import dev.tollgate.tenancy.KeyLabel;
import dev.tollgate.tenancy.TenantFilter;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/** Keys in PostgreSQL: their hashes, never the keys. */
public final class PgKeys {
    private static final String ID_PREFIX = "key_";
    private static final String ENDED = "revoked_at";
    private static final String LAST_USED =
            ", (select last_used_at from api_key_use used where used.public_id = api_key.public_id) as last_used_at";

    private final Pool pool;
    private final TenantTable<Key> table;

    public PgKeys(Pool pool) {
        this.pool = pool;
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

    /** The keys of an organization that were not revoked and have a name, as they stay until the change ends. */
    public Future<List<Key>> lockNamed(Change change, String organizationId, String name) {
        return table.lockNamed(change, organizationId, name);
    }

    /** The id of the key whose secret, the present one or the one before, has a hash. */
    public Future<Optional<String>> idOf(byte[] sha256) {
        return Database.answer(idOf(pool, sha256));
    }

    /** The same within a change. */
    public Future<Optional<String>> idOf(Change change, byte[] sha256) {
        return idOf(change.connection(), sha256);
    }

    /** What keys are known by, revoked ones too, by their ids. */
    public Future<Map<String, KeyLabel>> labels(Collection<String> ids) {
        return Database.answer(labels(pool, "public_id = any($1)", ids, PgKeys::publicId));
    }

    /** The same within a change. */
    public Future<Map<String, KeyLabel>> labels(Change change, Collection<String> ids) {
        return labels(change.connection(), "public_id = any($1)", ids, PgKeys::publicId);
    }

    /** The same of the keys that somebody answers for. */
    public Future<Map<String, KeyLabel>> labelsOfOwner(String owner) {
        return Database.answer(labels(pool, "owner = any($1)", List.of(owner), UnaryOperator.identity()));
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

    private static Future<Optional<String>> idOf(SqlClient client, byte[] sha256) {
        return client.preparedQuery("select public_id from api_key where sha256 = $1 or previous_sha256 = $1")
                .execute(Tuple.of(Buffer.buffer(sha256)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(ID_PREFIX + rows.iterator().next().getString(0)));
    }

    private static Future<Map<String, KeyLabel>> labels(
            SqlClient client, String condition, Collection<String> texts, UnaryOperator<String> value) {
        String[] values = texts.stream().map(value).toArray(String[]::new);
        return client.preparedQuery(
                        "select public_id, organization_id, name, owner, sha256 from api_key where " + condition)
                .execute(Tuple.tuple().addArrayOfString(values))
                .map(rows -> {
                    Map<String, KeyLabel> labels = new HashMap<>();
                    rows.forEach(row -> labels.put(
                            ID_PREFIX + row.getString(0),
                            new KeyLabel(
                                    row.getString(1),
                                    row.getString(2),
                                    row.getString(3),
                                    row.getBuffer(4).getBytes())));
                    return labels;
                });
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

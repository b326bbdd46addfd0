package dev.tollgate.privacy.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.privacy.StoredClient;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;

/** Personal data in PostgreSQL. The ledger is never touched: its figures stay, under names that nobody can resolve. */
public final class PgPrivacy {
    /** What a client, or a key of its own, is called once nothing is known of it. */
    private static final String ERASED = "(erased)";

    private final Pool pool;

    public PgPrivacy(Pool pool) {
        this.pool = pool;
    }

    /** Who is behind a hash, as it is stored. */
    public Future<Optional<JsonObject>> endUser(String organizationId, String hash) {
        return Database.answer(pool.preparedQuery(
                        "select to_jsonb(end_user) from end_user where organization_id = $1 and hash = $2")
                .execute(Tuple.of(organizationId, hash))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().get(JsonObject.class, 0))));
    }

    /** Forgets who is behind a hash; tells whether it was known. */
    public Future<Boolean> eraseEndUser(Change change, String organizationId, String hash) {
        return change.connection()
                .preparedQuery("delete from end_user where organization_id = $1 and hash = $2")
                .execute(Tuple.of(organizationId, hash))
                .map(deleted -> deleted.rowCount() > 0);
    }

    /** A client, what was ever set for it, and its keys, as they are stored, without the hashes of secrets. */
    public Future<Optional<StoredClient>> client(String clientId) {
        return Database.answer(pool.withConnection(connection -> client(connection, clientId)));
    }

    /** The same, within a change. */
    public Future<Optional<StoredClient>> client(Change change, String clientId) {
        return client(change.connection(), clientId);
    }

    private static Future<Optional<StoredClient>> client(SqlConnection connection, String clientId) {
        return connection.preparedQuery("""
                        select organization_id, to_jsonb(client) || jsonb_build_object('settings', coalesce(
                            (select jsonb_agg(to_jsonb(s) order by s.version)
                             from feature_settings_version s where s.client_id = client.id), '[]')),
                            archived_at is not null, coalesce(
                            (select jsonb_agg(to_jsonb(k) - 'sha256' - 'previous_sha256' order by k.created_at)
                             from api_key k where k.client_id = client.id), '[]')
                        from client where id = $1
                        """).execute(Tuple.of(clientId)).map(rows -> {
            if (rows.size() == 0) {
                return Optional.empty();
            }
            Row row = rows.iterator().next();
            return Optional.of(new StoredClient(
                    row.getString(0), row.get(JsonObject.class, 1), row.getBoolean(2), row.get(JsonArray.class, 3)));
        });
    }

    /**
     * Blanks what is said of a client, of its settings, keys and accounts, here and in what the audit log says of them, and forgets answers
     * that are kept for a repetition. The audit log's chain holds: see V5__administration.sql.
     */
    public Future<Void> eraseClient(Change change, String clientId) {
        return execute(change, """
                        update client set name = '%s', owner = null, tags = '{}', metadata = '{}' where id = $1
                        """.formatted(ERASED), clientId)
                .compose(_ -> execute(change, """
                        update api_key set name = '%s', owner = null, tags = '{}', metadata = '{}' where client_id = $1
                        """.formatted(ERASED), clientId))
                .compose(_ -> eraseSettings(change, clientId))
                .compose(_ -> eraseAccounts(change, clientId))
                .compose(_ -> execute(change, """
                        update audit_log set before = null, after = null, salt = null, erased_at = now()
                        where erased_at is null and object_id in (
                            select $1 union all select 'key_' || public_id from api_key where client_id = $1
                            union all select id from provider_account where client_id = $1)
                        """, clientId))
                .compose(_ -> execute(change, """
                        delete from idempotent_answer where location in (
                            select '/admin/v1/clients/' || $1
                            union all select '/admin/v1/keys/key_' || public_id from api_key where client_id = $1
                            union all select '/admin/v1/provider-accounts/' || id from provider_account
                                      where client_id = $1)
                        """, clientId));
    }

    /** Takes back what is set for a client, as a change that replicas hear of, and blanks its versions. */
    private static Future<Void> eraseSettings(Change change, String clientId) {
        return execute(change, """
                        update settings_version set version = version + 1
                        where exists (select from feature_settings where client_id = $1)
                        """, clientId)
                .compose(_ -> execute(change, """
                        update feature_settings
                        set settings = null, version = (select version from settings_version), cascaded = false,
                            changed_at = now(), changed_by = 'erasure'
                        where client_id = $1
                        """, clientId))
                .compose(_ -> execute(change, """
                        update feature_settings_version set settings = '{}'
                        where client_id = $1 and settings is not null
                        """, clientId));
    }

    /** Deletes a client's accounts at providers with their credentials, as a change that replicas hear of. */
    private static Future<Void> eraseAccounts(Change change, String clientId) {
        return execute(change, """
                update provider_account
                set name = '%s', base_url = null, azure = null, models = '{}', regions = '{}', credential = null,
                    credential_last4 = null, credential_set_at = null, enabled = false, disabled_reason = null,
                    deleted_at = coalesce(deleted_at, now()), version = next_provider_account_version()
                where client_id = $1
                """.formatted(ERASED), clientId);
    }

    private static Future<Void> execute(Change change, String sql, String clientId) {
        return change.connection()
                .preparedQuery(sql)
                .execute(Tuple.of(clientId))
                .mapEmpty();
    }
}

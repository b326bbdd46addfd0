package dev.tollgate.tenancy.pg;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.Readings;
import dev.tollgate.tenancy.AllowedModels;
import dev.tollgate.tenancy.Caller;
import dev.tollgate.tenancy.Callers;
import dev.tollgate.tenancy.Callers.Identity;
import dev.tollgate.tenancy.KnownKey;
import dev.tollgate.tenancy.KnownKey.PreviousSecret;
import dev.tollgate.tenancy.Settings;
import dev.tollgate.tenancy.Tenants;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Cursor;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Follows the keys in PostgreSQL into memory. Every row of a tenant has the version of its last change, so that what is
 * read is what changed since the last look, and the keys beneath it: a changed key is one key, a changed client is its
 * keys, a changed organization is all of its. The first look reads everything.
 */
public final class PgCallers implements Feed {
    private static final int KEYS_AT_ONCE = 2_000;

    private static final String ORGANIZATIONS = """
            select id, enabled, expires_at, allowed_models, tags, tier, caller_keys_allowed
            from organization where version > $1
            """;

    private static final String CLIENTS = """
            select id, enabled, expires_at, allowed_models, tags
            from client where version > $1
            """;

    private static final String KEYS = """
            select public_id, enabled, expires_at, allowed_models, tags, organization_id, client_id, feature,
                   sha256, previous_sha256, previous_expires_at, revoked_at is not null
            from api_key
            where public_id in (
                select public_id from api_key where version > $1
                union select public_id from api_key join client on client.id = client_id where client.version > $1
                union select public_id from api_key join organization on organization.id = organization_id
                      where organization.version > $1)
            """;

    private final Pool pool;
    private final Tenants tenants;
    private final InstantSource clock;
    private final Callers callers = new Callers();
    private final Map<String, OrganizationSettings> organizations = new HashMap<>();
    private final Map<String, Settings> clients = new HashMap<>();
    private final Readings readings = new Readings(this::readWhatIsNew);
    private volatile long version;

    private record OrganizationSettings(
            Settings settings, @Nullable String tier, boolean callerKeysAllowed) {}

    public PgCallers(Pool pool, Tenants tenants, InstantSource clock) {
        this.pool = pool;
        this.tenants = tenants;
        this.clock = clock;
    }

    @Override
    public String name() {
        return "tenants";
    }

    @Override
    public long version() {
        return version;
    }

    @Override
    public Future<Integer> refresh() {
        return readings.next();
    }

    @Override
    public boolean isRefreshing() {
        return readings.isUnderWay();
    }

    /** Keys that are not known by now are none. */
    @Override
    public Runnable asks() {
        Instant asked = clock.instant();
        return () -> tenants.known(callers, asked);
    }

    private Future<Integer> readWhatIsNew() {
        Runnable current = asks();
        return pool.query("select version from tenancy_version")
                .execute()
                .compose(rows -> isAsKnown(only(rows).getLong(0))
                        ? Future.succeededFuture(0)
                        : pool.withTransaction(this::readChanges))
                .onSuccess(_ -> current.run());
    }

    /** A version that has gone back is that of a database which has lost changes: everything is read again then. */
    private boolean isAsKnown(long current) {
        if (current < version) {
            version = 0;
        }
        return current == version;
    }

    /** Reads all changes as they stand at one moment, so that a key, its client and its organization fit together. */
    private Future<Integer> readChanges(SqlConnection connection) {
        return connection
                .query("set transaction isolation level repeatable read, read only")
                .execute()
                .compose(_ ->
                        connection.query("select version from tenancy_version").execute())
                .compose(rows -> {
                    long current = only(rows).getLong(0);
                    Tuple since = Tuple.of(version);
                    return connection
                            .preparedQuery(ORGANIZATIONS)
                            .execute(since)
                            .onSuccess(this::takeOrganizations)
                            .compose(_ -> connection.preparedQuery(CLIENTS).execute(since))
                            .onSuccess(this::takeClients)
                            .compose(_ -> readKeys(connection, since))
                            .onSuccess(_ -> version = current);
                });
    }

    private void takeOrganizations(RowSet<Row> rows) {
        for (Row row : rows) {
            organizations.put(
                    row.getString(0), new OrganizationSettings(settings(row), row.getString(5), row.getBoolean(6)));
        }
    }

    private void takeClients(RowSet<Row> rows) {
        for (Row row : rows) {
            clients.put(row.getString(0), settings(row));
        }
    }

    private Future<Integer> readKeys(SqlConnection connection, Tuple since) {
        KeyReader reader = new KeyReader();
        return connection.prepare(KEYS).compose(statement -> {
            Cursor cursor = statement.cursor(since);
            return readOn(cursor, reader).eventually(() -> cursor.close()).map(_ -> reader.count);
        });
    }

    private static Future<Void> readOn(Cursor cursor, Consumer<Row> reader) {
        return cursor.read(KEYS_AT_ONCE).compose(rows -> {
            rows.forEach(reader);
            return cursor.hasMore() ? readOn(cursor, reader) : Future.succeededFuture();
        });
    }

    /** Puts keys in force. Settings that keys have in common are made once and shared. */
    private final class KeyReader implements Consumer<Row> {
        private final Map<String, Settings> ofClients = new HashMap<>();
        private int count;

        @Override
        public void accept(Row row) {
            count++;
            String publicId = row.getString(0);
            if (row.getBoolean(11)) {
                callers.remove(publicId);
                return;
            }
            String organizationId = row.getString(5);
            String clientId = row.getString(6);
            OrganizationSettings organization = Objects.requireNonNull(organizations.get(organizationId));
            Settings wide = clientId == null
                    ? organization.settings
                    : ofClients.computeIfAbsent(
                            clientId, id -> organization.settings.and(Objects.requireNonNull(clients.get(id))));
            Settings own = settings(row);
            Settings all = wide.and(own);
            String closed = closed(organization.settings, wide, all);
            Identity identity = closed != null
                    ? new Identity.Unknown(closed)
                    : new Identity.Known(new Caller(
                            organizationId,
                            clientId,
                            "key_" + publicId,
                            row.getString(7),
                            organization.tier,
                            all.tags(),
                            all.models(),
                            organization.callerKeysAllowed));
            callers.replace(
                    publicId, new KnownKey(row.getBuffer(8).getBytes(), previous(row), identity, all.expiresAt()));
        }

        private static @Nullable String closed(Settings organization, Settings client, Settings key) {
            if (!organization.enabled()) {
                return "its organization is disabled";
            }
            if (!client.enabled()) {
                return "its client is disabled";
            }
            return key.enabled() ? null : "it is disabled";
        }

        private static @Nullable PreviousSecret previous(Row row) {
            return row.getBuffer(9) == null
                    ? null
                    : new PreviousSecret(
                            row.getBuffer(9).getBytes(),
                            row.getOffsetDateTime(10).toInstant());
        }
    }

    /** What the first columns of each of the statements say. */
    private static Settings settings(Row row) {
        boolean enabled = row.getBoolean(1);
        String[] models = row.getArrayOfStrings(3);
        JsonObject tags = row.getJsonObject(4);
        if (enabled && row.getValue(2) == null && models == null && tags.isEmpty()) {
            return Settings.OPEN;
        }
        Map<String, String> tagMap = new HashMap<>();
        tags.forEach(tag -> tagMap.put(tag.getKey(), String.valueOf(tag.getValue())));
        return new Settings(
                enabled,
                row.getValue(2) == null ? null : row.getOffsetDateTime(2).toInstant(),
                models == null ? AllowedModels.ALL : AllowedModels.of(List.of(models)),
                tagMap);
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}

package dev.tollgate.settings.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.OrganizationSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.SettingsPlan;
import dev.tollgate.settings.SettingsVersion;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Settings in PostgreSQL, with every version that there was. */
public final class PgSettings {
    private static final String COLUMNS =
            " organization_id, client_id, feature, version, settings, cascaded, changed_at, changed_by ";

    private static final String AT = "organization_id = $1 and client_id is not distinct from $2 and feature = $3";

    private final Pool pool;

    public PgSettings(Pool pool) {
        this.pool = pool;
    }

    /** All that an organization has set, which nobody changes until the change ends. */
    public Future<Locked> lock(Change change, String organizationId) {
        return change.connection()
                .query("select version from settings_version for update")
                .execute()
                .compose(last -> change.connection()
                        .preparedQuery("select" + COLUMNS + "from feature_settings where organization_id = $1")
                        .execute(Tuple.of(organizationId))
                        .map(rows -> new Locked(only(last).getLong(0), versions(rows))));
    }

    /** Settings that are locked, with the versions of their places. */
    public static final class Locked {
        private final long last;
        private final Map<Place, Long> versions = new HashMap<>();
        private final OrganizationSettings settings;

        private Locked(long last, List<SettingsVersion> rows) {
            this.last = last;
            Map<Place, FeatureSettings> set = new HashMap<>();
            for (SettingsVersion row : rows) {
                versions.put(row.place(), row.version());
                if (row.settings() != null) {
                    set.put(row.place(), row.settings());
                }
            }
            this.settings = new OrganizationSettings(set);
        }

        public OrganizationSettings settings() {
            return settings;
        }

        /** The version of what is set at a place, or 0 where nothing ever was. */
        public long version(Place place) {
            return versions.getOrDefault(place, 0L);
        }
    }

    /** Writes a plan's steps as the next version, and returns it. */
    public Future<Long> write(Change change, String organizationId, Locked locked, List<SettingsPlan.Step> steps) {
        long version = locked.last + 1;
        List<Tuple> rows = new ArrayList<>(steps.size());
        for (SettingsPlan.Step step : steps) {
            rows.add(Tuple.from(new @Nullable Object[] {
                organizationId,
                step.place().clientId(),
                step.place().feature(),
                version,
                step.after() == null ? null : step.after().toJson(),
                step.cascaded(),
                change.principal().id()
            }));
        }
        return change.connection()
                .preparedQuery("update settings_version set version = $1")
                .execute(Tuple.of(version))
                .compose(_ -> change.connection().preparedQuery("""
                                insert into feature_settings (organization_id, client_id, feature, version, settings,
                                                              cascaded, changed_by)
                                values ($1, $2, $3, $4, $5, $6, $7)
                                on conflict (organization_id, client_id, feature) do update
                                set version = excluded.version, settings = excluded.settings,
                                    cascaded = excluded.cascaded, changed_at = now(), changed_by = excluded.changed_by
                                """).executeBatch(rows))
                .map(version);
    }

    /** Whether there is such an organization, and whether it has ended; empty where there is none. */
    public Future<Optional<Boolean>> hasEnded(Change change, String organizationId) {
        return change.connection()
                .preparedQuery("select archived_at is not null from organization where id = $1 for share")
                .execute(Tuple.of(organizationId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(only(rows).getBoolean(0)));
    }

    /** Those of the clients that are the organization's, and have not ended. */
    public Future<Set<String>> living(Change change, String organizationId, Collection<String> clientIds) {
        return change.connection()
                .preparedQuery("""
                        select id from client
                        where organization_id = $1 and id = any($2) and archived_at is null for share
                        """)
                .execute(Tuple.tuple().addString(organizationId).addArrayOfString(clientIds.toArray(String[]::new)))
                .map(rows -> {
                    Set<String> living = new HashSet<>();
                    rows.forEach(row -> living.add(row.getString(0)));
                    return living;
                });
    }

    /** Whether there is such an organization, with such a client where one is given. */
    public Future<Boolean> exists(String organizationId, @Nullable String clientId) {
        return Database.answer(pool.preparedQuery("""
                        select from organization
                        where id = $1 and ($2::text is null
                              or exists (select from client where organization_id = $1 and client.id = $2))
                        """)
                .execute(Tuple.of(organizationId, clientId))
                .map(rows -> rows.size() == 1));
    }

    /** All that an organization has set. */
    public Future<OrganizationSettings> of(String organizationId) {
        return Database.answer(ask(pool, "from feature_settings where organization_id = $1", Tuple.of(organizationId)))
                .map(rows -> new Locked(0, rows).settings());
    }

    /** What is set at a place. It may be there and have taken everything back. */
    public Future<Optional<SettingsVersion>> find(String organizationId, Place place) {
        return Database.answer(ask(
                        pool,
                        "from feature_settings where " + AT,
                        Tuple.of(organizationId, place.clientId(), place.feature())))
                .map(rows -> rows.stream().findFirst());
    }

    /**
     * What is set, by organization, client and feature; an organization's own rows come before those of its clients.
     *
     * @param organizationId whose, or null for all
     * @param clientId of which client, or null for all and the organization itself
     * @param feature which, or null for all
     * @param after the last row of the page before, or null
     */
    public Future<List<SettingsVersion>> list(
            @Nullable String organizationId,
            @Nullable String clientId,
            @Nullable String feature,
            @Nullable Position after,
            int limit) {
        return Database.answer(ask(pool, """
                from feature_settings
                where settings is not null
                  and ($1::text is null or organization_id = $1)
                  and ($2::text is null or client_id = $2)
                  and ($3::text is null or feature = $3)
                  and ($4::text is null or (organization_id, coalesce(client_id, ''), feature) > ($4, $5, $6))
                order by organization_id, coalesce(client_id, ''), feature
                limit $7
                """, Tuple.from(new @Nullable Object[] {
            organizationId,
            clientId,
            feature,
            after == null ? null : after.organizationId,
            after == null ? null : after.clientId,
            after == null ? null : after.feature,
            limit
        })));
    }

    /** Where a page ended. */
    public record Position(String organizationId, String clientId, String feature) {
        public static Position of(SettingsVersion row) {
            String clientId = row.place().clientId();
            return new Position(
                    row.organizationId(),
                    clientId == null ? "" : clientId,
                    row.place().feature());
        }
    }

    /** Versions of a place before one, newest first. */
    public Future<List<SettingsVersion>> versions(String organizationId, Place place, long before, int limit) {
        return Database.answer(ask(
                pool,
                "from feature_settings_version where " + AT + " and version < $4 order by version desc limit $5",
                Tuple.of(organizationId, place.clientId(), place.feature(), before, limit)));
    }

    /** One version of a place. */
    public Future<Optional<SettingsVersion>> version(Change change, String organizationId, Place place, long version) {
        return ask(
                        change.connection(),
                        "from feature_settings_version where " + AT + " and version = $4",
                        Tuple.of(organizationId, place.clientId(), place.feature(), version))
                .map(rows -> rows.stream().findFirst());
    }

    /** The version of the last change of all. */
    Future<Long> last() {
        return pool.query("select version from settings_version")
                .execute()
                .map(rows -> only(rows).getLong(0));
    }

    /** What is set in organizations of which anything was changed after a version. */
    Future<List<SettingsVersion>> changedAfter(long version) {
        return ask(pool, """
                from feature_settings
                where organization_id in (select organization_id from feature_settings where version > $1)
                """, Tuple.of(version));
    }

    private static Future<List<SettingsVersion>> ask(SqlClient client, String from, Tuple parameters) {
        return client.preparedQuery("select" + COLUMNS + from)
                .execute(parameters)
                .map(PgSettings::versions);
    }

    private static List<SettingsVersion> versions(RowSet<Row> rows) {
        List<SettingsVersion> versions = new ArrayList<>(rows.size());
        for (Row row : rows) {
            JsonObject settings = row.getJsonObject(4);
            versions.add(new SettingsVersion(
                    row.getString(0),
                    new Place(row.getString(1), row.getString(2)),
                    row.getLong(3),
                    settings == null ? null : FeatureSettings.of(settings),
                    row.getBoolean(5),
                    row.getOffsetDateTime(6).toInstant(),
                    row.getString(7)));
        }
        return versions;
    }

    private static Row only(RowSet<Row> rows) {
        return rows.iterator().next();
    }
}

package dev.tollgate.tenancy.pg;

import dev.tollgate.tenancy.ApiKey;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Organizations and their first keys, made in PostgreSQL. */
public final class PgTenancy {
    /** Any number that no other advisory lock of the application has. */
    private static final long FIRST_ORGANIZATION_LOCK = 7_001;

    private final Pool pool;
    private final RandomGenerator random;

    /** Uses the generator for new keys, so it must be cryptographically strong. */
    public PgTenancy(Pool pool, RandomGenerator random) {
        this.pool = pool;
        this.random = random;
    }

    /** The oldest organization, if there is any. */
    public Future<Optional<String>> firstOrganization() {
        return pool.query("select id from organization order by created_at, id limit 1")
                .execute()
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getString(0)));
    }

    /** Makes a first organization with a key if there is none yet; several replicas may try at once. */
    public Future<Optional<ApiKey>> createFirstOrganization(String name) {
        return pool.withTransaction(connection -> connection
                .preparedQuery("select pg_advisory_xact_lock($1)")
                .execute(Tuple.of(FIRST_ORGANIZATION_LOCK))
                .compose(_ -> connection
                        .query("select exists (select from organization)")
                        .execute())
                .compose(rows -> rows.iterator().next().getBoolean(0)
                        ? Future.succeededFuture(Optional.empty())
                        : createOrganization(connection, name).map(Optional::of)));
    }

    /** Makes an organization with a key. */
    public Future<ApiKey> createOrganization(String name) {
        return pool.withTransaction(connection -> createOrganization(connection, name));
    }

    private Future<ApiKey> createOrganization(SqlConnection connection, String name) {
        String organizationId = "org_" + ApiKey.newPublicId(random);
        ApiKey key = ApiKey.generate(random);
        return connection
                .preparedQuery("insert into organization (id, name) values ($1, $2)")
                .execute(Tuple.of(organizationId, name))
                .compose(_ -> connection
                        .preparedQuery("""
                                insert into api_key (public_id, organization_id, name, sha256)
                                values ($1, $2, $3, $4)
                                """)
                        .execute(Tuple.of(key.publicId(), organizationId, "first key", Buffer.buffer(key.sha256()))))
                .map(key);
    }
}

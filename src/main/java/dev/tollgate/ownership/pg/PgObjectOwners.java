package dev.tollgate.ownership.pg;

import dev.tollgate.ownership.ObjectOwners;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;

/** Owners in PostgreSQL: durable before the caller hears of the object, the same on every replica. */
public final class PgObjectOwners implements ObjectOwners {
    private final Pool pool;

    public PgObjectOwners(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Void> record(String accountId, String organizationId, Collection<String> objectIds) {
        if (objectIds.isEmpty()) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery("""
                        insert into upstream_object (account_id, object_id, organization_id)
                        select $1, id, $2 from unnest($3::text[]) as id on conflict do nothing
                        """)
                .execute(Tuple.of(accountId, organizationId, objectIds.toArray(String[]::new)))
                .mapEmpty();
    }

    @Override
    public Future<Set<String>> ownedBy(String accountId, String organizationId, Collection<String> objectIds) {
        if (objectIds.isEmpty()) {
            return Future.succeededFuture(Set.of());
        }
        return pool.preparedQuery("""
                        select object_id from upstream_object
                        where account_id = $1 and organization_id = $2 and object_id = any ($3::text[])
                        """)
                .execute(Tuple.of(accountId, organizationId, objectIds.toArray(String[]::new)))
                .map(rows -> {
                    Set<String> owned = new HashSet<>();
                    for (Row row : rows) {
                        owned.add(row.getString(0));
                    }
                    return owned;
                });
    }
}

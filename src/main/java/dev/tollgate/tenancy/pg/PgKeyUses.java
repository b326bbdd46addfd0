package dev.tollgate.tenancy.pg;

import dev.tollgate.tenancy.KeyUses;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.TreeMap;

/** Stores when keys were used last. */
public final class PgKeyUses {
    /** The later one wins, for other replicas store theirs. In the order of ids, so that replicas don't block each other. */
    private static final String STORE = """
            insert into api_key_use (public_id, last_used_at)
            select api_key.public_id, used.at
            from unnest($1::text[], $2::timestamptz[]) as used (public_id, at)
            join api_key on api_key.public_id = used.public_id
            order by 1
            on conflict (public_id) do update
            set last_used_at = greatest(api_key_use.last_used_at, excluded.last_used_at)
            """;

    private final Pool pool;
    private final KeyUses uses;

    public PgKeyUses(Pool pool, KeyUses uses) {
        this.pool = pool;
        this.uses = uses;
    }

    /** Stores what has been noted since the last time, in one statement. What can't be stored is tried the next time. */
    public Future<Void> store() {
        Map<String, Instant> noted = new TreeMap<>(uses.noted());
        if (noted.isEmpty()) {
            return Future.succeededFuture();
        }
        String[] publicIds =
                noted.keySet().stream().map(id -> id.substring("key_".length())).toArray(String[]::new);
        OffsetDateTime[] instants =
                noted.values().stream().map(at -> at.atOffset(ZoneOffset.UTC)).toArray(OffsetDateTime[]::new);
        return pool.preparedQuery(STORE)
                .execute(Tuple.tuple().addArrayOfString(publicIds).addArrayOfOffsetDateTime(instants))
                .onSuccess(_ -> uses.forget(noted))
                .mapEmpty();
    }
}

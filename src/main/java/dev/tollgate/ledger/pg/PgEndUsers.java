package dev.tollgate.ledger.pg;

import dev.tollgate.ledger.EndUsers;
import dev.tollgate.ledger.EndUsers.EndUser;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.List;
import java.util.function.Function;

/** Who is behind the hashes of end users, in PostgreSQL. */
public final class PgEndUsers implements EndUsers.Store {
    private final Pool pool;

    public PgEndUsers(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Future<Void> add(List<EndUser> endUsers) {
        return pool.preparedQuery("""
                        insert into end_user (organization_id, hash, id)
                        select * from unnest($1::text[], $2::text[], $3::text[]) order by 1, 2
                        on conflict do nothing
                        """)
                .execute(Tuple.of(
                        column(endUsers, EndUser::organizationId),
                        column(endUsers, EndUser::hash),
                        column(endUsers, EndUser::id)))
                .mapEmpty();
    }

    private static String[] column(List<EndUser> endUsers, Function<EndUser, String> value) {
        return endUsers.stream().map(value).toArray(String[]::new);
    }
}

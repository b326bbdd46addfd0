package dev.tollgate.limits.pg;

import io.vertx.core.Future;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;

/** Windows of budgets, changed in the order of their ids, as everybody locks them. */
final class Windows {
    private Windows() {}

    /**
     * Computes anew what may be used of the open windows of a subject. Nobody opens one of them from here until the
     * transaction ends, so that none is opened without what was stored before this call. The rule has a new version then, by
     * which replicas notice that what they were refused may be had now.
     */
    static Future<Void> retarget(SqlConnection connection, String budgetId, String subject) {
        return connection
                .preparedQuery("update rule set updated_at = now() where id = $1")
                .execute(Tuple.of(budgetId))
                .compose(_ -> lockAndRetarget(connection, budgetId, subject));
    }

    private static Future<Void> lockAndRetarget(SqlConnection connection, String budgetId, String subject) {
        return connection
                .preparedQuery("select pg_advisory_xact_lock(7004, hashtext($1 || ' ' || $2))")
                .execute(Tuple.of(budgetId, subject))
                .compose(_ -> connection.preparedQuery("""
                                select set_target(id) from (
                                    select id from budget_window
                                    where budget_id = $1 and subject = $2 and state = 'open' and ends_at > now()
                                    order by id offset 0) as open
                                """).execute(Tuple.of(budgetId, subject)))
                .mapEmpty();
    }
}

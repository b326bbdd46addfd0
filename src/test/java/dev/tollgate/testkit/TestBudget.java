package dev.tollgate.testkit;

import dev.tollgate.tenancy.ApiKey;

/**
 * A hard budget of one key and how it stands in the database, set and read past Tollgate: its interface is the subject of
 * other tests. Figures are nanodollars.
 */
public record TestBudget(TestDatabase database, ApiKey key, String id, long amount) {

    /** Gives a key a budget without an end, in a database that Tollgate has migrated. */
    public static TestBudget of(TestDatabase database, ApiKey key, long amount) {
        String id = "bud_" + key.publicId();
        database.execute(
                "insert into rule (id, name, owner, owner_id, organization_id)"
                        + " select '" + id + "', 'a budget', 'key', 'key_" + key.publicId() + "', organization_id"
                        + " from api_key where public_id = '" + key.publicId() + "'",
                "insert into budget (id, measure, amount, period) values ('" + id + "', 'charge', " + amount
                        + ", 'total')");
        return new TestBudget(database, key, id, amount);
    }

    /** Speaks with the key, once a process knows the key and its budget. */
    public ApiClient clientOf(TollgateProcess tollgate) {
        ApiClient client = new ApiClient(tollgate.root(), key.reveal());
        Await.until("the budget is known", () -> client.get("/v1/limits").text().contains(id));
        return client;
    }

    /** What is booked. */
    public long settled() {
        return sum("settled", "share_settled");
    }

    /** What requests cost beyond their holds. */
    public long excess() {
        return sum("excess", "share_settled");
    }

    /** What was granted to replicas. */
    public long granted() {
        return sum("granted", "share_granted");
    }

    /** What calls may have cost of which nobody knows how they ended. */
    public long inDoubt() {
        return number("select coalesce(sum(d.amount), 0) from doubt as d join budget_window as w on w.id = d.window_id"
                + " where d.state = 'held' and w.budget_id = '" + id + "'");
    }

    /** What all entries of the ledger that count in it cost. */
    public long inLedger() {
        return number("select coalesce(sum(charge), 0) from ledger where window_ids && array(select w.id from"
                + " budget_window as w where w.budget_id = '" + id + "')");
    }

    /** Where the books of any budget of the database contradict each other, as text; empty where they don't. */
    public String drift() {
        return database.value("select coalesce(string_agg(d::text, '; '), '') from budget_drift() as d");
    }

    private long sum(String column, String table) {
        return number("select coalesce(sum(s." + column + "), 0) from " + table
                + " as s join budget_window as w on w.id = s.window_id where w.budget_id = '" + id + "'");
    }

    private long number(String sql) {
        return Long.parseLong(database.value(sql));
    }
}

package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Credential;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleState;
import dev.tollgate.limits.rules.Tier;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** Tiers in PostgreSQL, with the rules that they own. */
public final class PgTiers {
    private static final int MAX = 1_000;

    private final Pool pool;
    private final PgBudgets budgets;
    private final PgLimits limits;

    public PgTiers(Pool pool, PgBudgets budgets, PgLimits limits) {
        this.pool = pool;
        this.budgets = budgets;
        this.limits = limits;
    }

    /** A tier with the rules that it owns. */
    public record Bundle(Tier tier, List<BudgetRecord> budgets, List<LimitRecord> limits) {}

    /** Tiers by name, after the one whose name is the cursor. */
    public Future<List<Bundle>> list(boolean archived, String cursor, int limit) {
        return Database.answer(pool.preparedQuery("""
                        select * from tier where name > $1 and (archived_at is not null) = $2 order by name limit $3
                        """)
                .execute(Tuple.of(cursor, archived, limit))
                .compose(rows -> bundles(pool, tiers(rows))));
    }

    public Future<Optional<Bundle>> find(String name) {
        return Database.answer(find(pool, name));
    }

    /** The tier, which nobody else changes until the change ends. */
    public Future<Optional<Bundle>> lock(Change change, String name) {
        return change.connection()
                .query("select from limits_version for update")
                .execute()
                .compose(_ -> find(change.connection(), name));
    }

    /** Whether organizations may be given that tier. */
    public Future<Boolean> isKnown(Change change, String name) {
        return change.connection()
                .preparedQuery("select exists (select from tier where name = $1 and archived_at is null)")
                .execute(Tuple.of(name))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Makes a tier that owns nothing yet; fails with a conflict where there is or was one of that name, or too many. */
    public Future<Bundle> create(Change change, String name, String description) {
        return change.connection()
                .preparedQuery(
                        "select count(*) filter (where archived_at is null), count(*) filter (where name = $1) from tier")
                .execute(Tuple.of(name))
                .compose(rows -> {
                    Row counts = rows.iterator().next();
                    if (counts.getLong(1) > 0) {
                        throw new Problem(
                                ProblemCode.CONFLICT, "name: there is or was such a tier (expected: another)", "name");
                    }
                    if (counts.getLong(0) >= MAX) {
                        throw new Problem(ProblemCode.CONFLICT, "There are " + MAX + " tiers (expected: fewer).");
                    }
                    return change.connection()
                            .preparedQuery("insert into tier (name, description) values ($1, $2)")
                            .execute(Tuple.of(name, description));
                })
                .compose(_ -> read(change, name));
    }

    /** Gives a tier copies of the rules of another one. */
    public Future<Bundle> copy(Change change, Bundle source, String name, RandomGenerator random) {
        Future<?> copied = Future.succeededFuture();
        for (BudgetRecord budget : source.budgets()) {
            Budget rule = budget.rule();
            Budget own = new Budget(
                    "bud_" + Credential.newPublicId(random),
                    rule.name(),
                    owned(rule.scope(), name),
                    rule.mode(),
                    rule.measure(),
                    rule.period());
            copied = copied.compose(_ -> budgets.create(
                    change,
                    new BudgetRecord(
                            own,
                            budget.amount(),
                            budget.multiplier(),
                            budget.carryOver(),
                            budget.carryOverMax(),
                            budget.thresholds(),
                            RuleState.fresh(null, null, budget.state().enabled()))));
        }
        for (LimitRecord limit : source.limits()) {
            UsageLimit rule = limit.rule();
            UsageLimit own = new UsageLimit(
                    "lim_" + Credential.newPublicId(random),
                    rule.name(),
                    owned(rule.scope(), name),
                    rule.mode(),
                    rule.kind(),
                    rule.amount(),
                    rule.periodSeconds(),
                    rule.burst());
            copied = copied.compose(_ -> limits.create(
                    change,
                    new LimitRecord(
                            own, RuleState.fresh(null, null, limit.state().enabled()))));
        }
        return copied.compose(_ -> read(change, name));
    }

    private static Scope owned(Scope scope, String tier) {
        return new Scope(
                scope.owner(),
                tier,
                scope.models(),
                scope.feature(),
                scope.tagKey(),
                scope.tagValue(),
                scope.endUser(),
                scope.per());
    }

    public Future<Bundle> describe(Change change, String name, String description) {
        return change.connection()
                .preparedQuery("update tier set description = $2 where name = $1")
                .execute(Tuple.of(name, description))
                .compose(_ -> read(change, name));
    }

    /** How many organizations have a tier. */
    public Future<Long> organizations(Change change, String name) {
        return change.connection()
                .preparedQuery("select count(*) from organization where tier = $1 and archived_at is null")
                .execute(Tuple.of(name))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Ends a tier and the rules that it owns, for good. */
    public Future<Bundle> archive(Change change, String name) {
        Tuple of = Tuple.of(name);
        return change.connection()
                .preparedQuery("""
                        update rule set archived_at = now() where owner = 'tier' and owner_id = $1 and archived_at is null
                        """)
                .execute(of)
                .compose(_ -> change.connection()
                        .preparedQuery("update tier set archived_at = now() where name = $1")
                        .execute(of))
                .compose(_ -> read(change, name));
    }

    private Future<Bundle> read(Change change, String name) {
        return find(change.connection(), name).map(Optional::orElseThrow);
    }

    private Future<Optional<Bundle>> find(SqlClient client, String name) {
        if (!RuleRows.isPlain(name)) {
            return Future.succeededFuture(Optional.empty());
        }
        return client.preparedQuery("select * from tier where name = $1")
                .execute(Tuple.of(name))
                .compose(rows -> bundles(client, tiers(rows)))
                .map(found -> found.stream().findFirst());
    }

    private Future<List<Bundle>> bundles(SqlClient client, List<Tier> tiers) {
        List<String> names = tiers.stream().map(Tier::name).toList();
        return budgets.table
                .of(client, Scope.Owner.TIER, names)
                .compose(allBudgets -> limits.table
                        .of(client, Scope.Owner.TIER, names)
                        .map(allLimits -> tiers.stream()
                                .map(tier -> new Bundle(
                                        tier,
                                        allBudgets.stream()
                                                .filter(budget -> budget.rule()
                                                        .scope()
                                                        .ownerId()
                                                        .equals(tier.name()))
                                                .toList(),
                                        allLimits.stream()
                                                .filter(limit -> limit.rule()
                                                        .scope()
                                                        .ownerId()
                                                        .equals(tier.name()))
                                                .toList()))
                                .toList()));
    }

    private static List<Tier> tiers(RowSet<Row> rows) {
        List<Tier> tiers = new ArrayList<>(rows.size());
        rows.forEach(row -> tiers.add(new Tier(
                row.getString("name"),
                row.getString("description"),
                row.getOffsetDateTime("created_at").toInstant(),
                row.getOffsetDateTime("updated_at").toInstant(),
                RuleRows.instant(row, "archived_at"),
                row.getLong("version"))));
        return tiers;
    }
}

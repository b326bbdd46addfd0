package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleFilter;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import java.util.List;
import java.util.Optional;

/** Limits in PostgreSQL. */
public final class PgLimits {
    final RuleTable<LimitRecord> table;

    public PgLimits(Pool pool) {
        table = new RuleTable<>(
                pool,
                "usage_limit",
                List.of(
                        new RuleTable.Column<>(
                                "kind", limit -> limit.rule().kind().label()),
                        new RuleTable.Column<>("amount", limit -> limit.rule().amount()),
                        new RuleTable.Column<>(
                                "period_seconds",
                                limit -> limit.rule().periodSeconds() == 0
                                        ? null
                                        : limit.rule().periodSeconds()),
                        new RuleTable.Column<>("burst", limit -> limit.rule().burst())),
                row -> new LimitRecord(RuleRows.limit(row), RuleRows.state(row)));
    }

    public Future<Optional<LimitRecord>> find(String id) {
        return table.find(id);
    }

    /** The limit, which nobody else changes until the change ends. */
    public Future<Optional<LimitRecord>> lock(Change change, String id) {
        return table.lock(change, id);
    }

    /** The limits of an owner that were not archived, oldest first; nobody else changes them until the change ends. */
    public Future<List<LimitRecord>> lockOf(Change change, Scope.Owner owner, String ownerId) {
        return table.lockOf(change, owner, ownerId);
    }

    /** Limits from the newest on, after the one whose id is the cursor. */
    public Future<List<LimitRecord>> list(RuleFilter filter, String cursor, int limit) {
        return table.list(filter, cursor, limit);
    }

    /** Stores a new limit; fails with a conflict where its owner has too many. */
    public Future<LimitRecord> create(Change change, LimitRecord limit) {
        return table.create(change, limit);
    }

    public Future<LimitRecord> update(Change change, LimitRecord limit) {
        return table.update(change, limit);
    }

    /** Ends a limit for good. */
    public Future<LimitRecord> archive(Change change, LimitRecord limit) {
        return table.archive(change, limit);
    }
}

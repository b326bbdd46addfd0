package dev.tollgate.admin.litellm;

import dev.tollgate.access.pg.Change;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.pg.PgLimits;
import dev.tollgate.limits.rules.RuleFilter;
import dev.tollgate.tenancy.Key;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import org.jspecify.annotations.Nullable;

/** Finds out what holds for a key: its own rules, and those of the budget that it was given. */
@Singleton
public class KnownKeys {
    /** As many as an owner can have. */
    private static final int RULES_MAX = 100;

    private final FieldRules rules;
    private final PgBudgets budgets;
    private final PgLimits limits;

    public KnownKeys(FieldRules rules, PgBudgets budgets, PgLimits limits) {
        this.rules = rules;
        this.budgets = budgets;
        this.limits = limits;
    }

    /** As it is now. */
    Future<KeyInfo.Known> of(Key key) {
        Scope scope = scope(key);
        Scope shared = shared(key);
        return read(scope)
                .compose(own -> (shared == null ? Future.succeededFuture(Ruleset.NONE) : read(shared))
                        .map(given -> known(key, own, given)));
    }

    /** As it is in a change whose rules of the key are known. */
    Future<KeyInfo.Known> of(Change change, Key key, Ruleset own) {
        Scope shared = shared(key);
        return (shared == null ? Future.succeededFuture(Ruleset.NONE) : rules.lock(change, shared))
                .map(given -> known(key, own, given));
    }

    /** The scope of a key's own rules. */
    static Scope scope(Key key) {
        return Scope.of(Scope.Owner.KEY, key.id());
    }

    private Future<Ruleset> read(Scope scope) {
        RuleFilter filter = new RuleFilter(null, scope.owner(), scope.ownerId(), true, RuleFilter.State.ACTIVE);
        return budgets.list(filter, "", RULES_MAX)
                .compose(ofBudgets -> limits.list(filter, "", RULES_MAX)
                        .map(ofLimits -> Ruleset.of(scope, ofBudgets.reversed(), ofLimits.reversed())));
    }

    private static @Nullable Scope shared(Key key) {
        String budgetId = SharedBudget.of(key.profile().tags());
        return budgetId == null ? null : SharedBudget.scope(key.organizationId(), budgetId);
    }

    private static KeyInfo.Known known(Key key, Ruleset own, Ruleset shared) {
        String budgetId = SharedBudget.of(key.profile().tags());
        Period period = shared.clock().map(budget -> budget.rule().period()).orElse(null);
        BudgetTable table =
                budgetId == null || shared.isEmpty() ? null : BudgetTable.of(budgetId, key.organizationId(), shared);
        return new KeyInfo.Known(key, own, table, period);
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.access.pg.Change;
import dev.tollgate.admin.AdminJson;
import dev.tollgate.admin.limits.BudgetView;
import dev.tollgate.admin.limits.LimitView;
import dev.tollgate.admin.limits.RuleChanges;
import dev.tollgate.kernel.Credential;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.pg.Owners;
import dev.tollgate.limits.pg.PgBudgets;
import dev.tollgate.limits.pg.PgLimits;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.RuleState;
import io.vertx.core.Future;
import jakarta.inject.Singleton;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/** Makes budgets and limits of what fields want of them, changes and ends them, each with its line in the audit log. */
@Singleton
public class FieldRules {
    private static final int NAME_LENGTH_MAX = 200;

    private final PgBudgets budgets;
    private final PgLimits limits;
    private final RandomGenerator random;

    public FieldRules(PgBudgets budgets, PgLimits limits, RandomGenerator random) {
        this.budgets = budgets;
        this.limits = limits;
        this.random = random;
    }

    /**
     * Whose rules they are.
     *
     * @param name what people call it; the rules are called after it
     */
    record Holder(Scope scope, String organizationId, String name) {}

    /** The rules of a scope, which nobody else changes until the change ends. */
    Future<Ruleset> lock(Change change, Scope scope) {
        return budgets.lockOf(change, scope.owner(), scope.ownerId())
                .compose(ofBudgets -> limits.lockOf(change, scope.owner(), scope.ownerId())
                        .map(ofLimits -> Ruleset.of(scope, ofBudgets, ofLimits)));
    }

    /**
     * Does what is wanted, and answers what there is then. A budget of another period is another one, which counts from now
     * on: a change of its period would not hold before the present one ends.
     */
    Future<Ruleset> apply(Change change, Holder holder, Ruleset was, Wanted wanted) {
        wanted.mustHaveABudget(was);
        Period.Unit unit = wanted.period() != null
                ? wanted.period().orElse(Period.Unit.TOTAL)
                : was.clock().map(budget -> budget.rule().period().unit()).orElse(Period.Unit.TOTAL);
        Future<Void> done = Future.succeededFuture();
        for (MoneyField field : MoneyField.values()) {
            done = done.compose(_ -> budget(change, holder, was, wanted, field, unit));
        }
        for (RateField field : RateField.values()) {
            done = done.compose(_ -> limit(change, holder, was, wanted.limits().get(field), field));
        }
        return done.compose(_ -> lock(change, holder.scope));
    }

    /** Ends rules for good, whoever made them: what they hold for has ended. */
    Future<Void> archive(Change change, Ruleset rules) {
        Future<Void> done = Future.succeededFuture();
        for (BudgetRecord budget : rules.budgets()) {
            done = done.compose(_ -> end(change, budget));
        }
        for (LimitRecord limit : rules.limits()) {
            done = done.compose(_ -> end(change, limit));
        }
        return done;
    }

    private Future<Void> budget(
            Change change, Holder holder, Ruleset was, Wanted wanted, MoneyField field, Period.Unit unit) {
        Optional<Long> amount = wanted.amounts().get(field);
        if (amount == null && wanted.period() == null) {
            return Future.succeededFuture();
        }
        BudgetRecord before = was.only(field).orElse(null);
        if (before == null) {
            return amount == null || amount.isEmpty()
                    ? Future.succeededFuture()
                    : create(change, holder, field, amount.get(), unit);
        }
        RuleChanges.mustBeOwn(change.principal(), before.state().origin());
        if (amount != null && amount.isEmpty()) {
            return end(change, before);
        }
        long nanos = amount == null ? before.amount() : amount.get();
        Period.Unit kept = wanted.period() == null ? before.rule().period().unit() : unit;
        return kept == before.rule().period().unit()
                ? update(change, before, nanos)
                : end(change, before).compose(_ -> create(change, holder, field, nanos, kept));
    }

    private Future<Void> create(Change change, Holder holder, MoneyField field, long nanos, Period.Unit unit) {
        Budget rule = new Budget(
                "bud_" + Credential.newPublicId(random),
                name(field.label(), holder),
                holder.scope,
                field.mode(),
                Measure.CHARGE,
                BudgetDuration.period(unit));
        return budgets.create(
                        change,
                        RuleBounds.checked(
                                new BudgetRecord(rule, nanos, false, null, field.thresholds(), state(change, holder))))
                .map(created -> record(change, "create", null, created));
    }

    private Future<Void> update(Change change, BudgetRecord before, long nanos) {
        BudgetRecord asked = new BudgetRecord(
                before.rule(),
                nanos,
                before.carryOver(),
                before.carryOverMax(),
                before.thresholds(),
                before.state().withEnabled(true));
        return asked.equals(before)
                ? Future.succeededFuture()
                : budgets.update(change, before, asked, /* immediately= */ nanos != before.amount())
                        .map(after -> record(change, "update", before, after));
    }

    private Future<Void> limit(
            Change change, Holder holder, Ruleset was, @Nullable Optional<Long> wanted, RateField field) {
        if (wanted == null) {
            return Future.succeededFuture();
        }
        LimitRecord before = was.only(field).orElse(null);
        if (before == null) {
            return wanted.isEmpty() ? Future.succeededFuture() : create(change, holder, field, wanted.get());
        }
        RuleChanges.mustBeOwn(change.principal(), before.state().origin());
        return wanted.isEmpty() ? end(change, before) : update(change, before, wanted.get());
    }

    private Future<Void> create(Change change, Holder holder, RateField field, long amount) {
        UsageLimit rule = new UsageLimit(
                "lim_" + Credential.newPublicId(random),
                name(field.label(), holder),
                holder.scope,
                Mode.HARD,
                field.kind(),
                amount,
                field.periodSeconds(),
                null);
        return limits.create(change, RuleBounds.checked(new LimitRecord(rule, state(change, holder))))
                .map(created -> record(change, "create", null, created));
    }

    /** What may come at once is the whole amount again, as LiteLLM knows it. */
    private Future<Void> update(Change change, LimitRecord before, long amount) {
        UsageLimit rule = before.rule();
        LimitRecord asked = new LimitRecord(
                new UsageLimit(
                        rule.id(),
                        rule.name(),
                        rule.scope(),
                        rule.mode(),
                        rule.kind(),
                        amount,
                        rule.periodSeconds(),
                        amount == rule.amount() ? rule.burst() : null),
                before.state().withEnabled(true));
        return asked.equals(before)
                ? Future.succeededFuture()
                : limits.update(change, asked).map(after -> record(change, "update", before, after));
    }

    private Future<Void> end(Change change, BudgetRecord budget) {
        return budgets.archive(change, budget).map(after -> record(change, "archive", budget, after));
    }

    private Future<Void> end(Change change, LimitRecord limit) {
        return limits.archive(change, limit).map(after -> record(change, "archive", limit, after));
    }

    private static RuleState state(Change change, Holder holder) {
        String origin = RuleChanges.origin(change.principal(), new Owners.Found(holder.organizationId, false));
        return RuleState.fresh(holder.organizationId, origin, true);
    }

    private static String name(String field, Holder holder) {
        String name = field + " of " + holder.name;
        return name.length() <= NAME_LENGTH_MAX ? name : name.substring(0, NAME_LENGTH_MAX);
    }

    private static @Nullable Void record(
            Change change, String verb, @Nullable BudgetRecord before, BudgetRecord after) {
        change.record(
                "budget." + verb,
                "budget",
                after.rule().id(),
                after.state().organizationId(),
                before == null ? null : AdminJson.object(BudgetView.of(before)),
                AdminJson.object(BudgetView.of(after)));
        return null;
    }

    private static @Nullable Void record(Change change, String verb, @Nullable LimitRecord before, LimitRecord after) {
        change.record(
                "limit." + verb,
                "limit",
                after.rule().id(),
                after.state().organizationId(),
                before == null ? null : AdminJson.object(LimitView.of(before)),
                AdminJson.object(LimitView.of(after)));
        return null;
    }
}

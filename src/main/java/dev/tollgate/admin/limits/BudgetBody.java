package dev.tollgate.admin.limits;

import dev.tollgate.admin.Given;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Mode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.BudgetRecord;
import dev.tollgate.limits.rules.RuleBounds;
import dev.tollgate.limits.rules.RuleState;
import java.time.DayOfWeek;
import java.time.Month;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.openapi.annotations.media.Schema;
import org.jspecify.annotations.Nullable;

/** What is said of a budget. In a change, what is left out stays as it is. */
@Schema(example = """
        {"scope": {"owner": "organization", "owner_id": "org_4fk2m9x0q7ab"}, "name": "Acme, a month",
         "measure": "charge", "amount": "200.00", "multiplier": "1", "currency": "USD", "period": "month",
         "zone": "Europe/Berlin", "week_start": "monday", "year_start": "january", "mode": "hard", "enabled": true, "carry_over": false,
         "carry_over_max": null, "thresholds": [75, 90, 100], "immediate": false}
        """)
public record BudgetBody(
        @Schema(description = Words.SCOPE) @Nullable ScopeBody scope,
        @Schema(description = Words.NAME) @Nullable String name,

        @Schema(
                description = "What is counted: `charge` (what the organization pays, the default), `provider_cost`,"
                        + " `tokens`, `input_tokens`, `output_tokens` or `requests`. It stays.")
        @Nullable
        String measure,

        @Schema(
                description =
                        "Per period: a decimal string of dollars, or a whole number of tokens or requests. None of a credit.")
        @Nullable
        Object amount,

        @Schema(
                description =
                        "By how much a season multiplies the amount: a decimal string of 0 to 1000 with at most three"
                                + " decimals, `\"1\"` by default. The product is rounded down.")
        @Nullable
        Object multiplier,

        @Schema(description = Words.CURRENCY) @Nullable String currency,

        @Schema(
                description =
                        "`hour`, `day`, `week`, `month`, `quarter`, `year` (fiscal), `total`, or `credit`: a balance"
                                + " of top-ups.")
        @Nullable
        String period,

        @Schema(description = "In which periods begin, by its IANA name; `UTC` by default.") @Nullable
        String zone,

        @Schema(description = "The first day of a week; `monday` by default.") @Nullable
        String weekStart,

        @Schema(description = "The first month of the fiscal year, from which quarters count; `january` by default.")
        @Nullable
        String yearStart,

        @Schema(description = Words.MODE) @Nullable String mode,
        @Schema(description = Words.ENABLED) @Nullable Boolean enabled,

        @Schema(description = "Whether what is left of a period is added to the next one.") @Nullable
        Boolean carryOver,

        @Schema(description = "How much at most is added to the next period; null is all that is left.") @Nullable
        Optional<Object> carryOverMax,

        @Schema(description = "Percent of the amount at which an alert is sent; 75, 90 and 100 by default.") @Nullable
        List<@Nullable Integer> thresholds,

        @Schema(
                description =
                        "Of a change of the amount or multiplier: whether it holds for periods that have begun, too. By default it"
                                + " holds from the next one on.")
        @Nullable
        Boolean immediate) {
    private static final ZoneId UTC = ZoneId.of("UTC");

    /** Something new. */
    BudgetRecord create(String id, Scope scopeOfIt, RuleState state) {
        Measure measured = Choice.of("measure", measure, Measure.class, Measure.CHARGE);
        Period.Unit unit = Choice.of("period", Given.required("period", period), Period.Unit.class);
        if (unit != Period.Unit.CREDIT) {
            Given.required("amount", amount);
        }
        mustNotBeImmediate();
        Given.required("name", name);
        Budget rule = new Budget(
                id, "", scopeOfIt, Mode.HARD, measured, new Period(unit, UTC, DayOfWeek.MONDAY, Month.JANUARY));
        return fill(new BudgetRecord(rule, 0, false, null, BudgetRecord.THRESHOLDS, state), unit);
    }

    /** What is there, with what was given in place of what it was. */
    BudgetRecord change(BudgetRecord was, Scope scopeOfIt) {
        Period.Unit before = was.rule().period().unit();
        Period.Unit unit = Choice.of("period", period, Period.Unit.class, before);
        if (unit != before && (RuleBounds.isEndless(unit) || RuleBounds.isEndless(before))) {
            throw stays("period", before.label());
        }
        if (measure != null && !measure.equals(was.rule().measure().label())) {
            throw stays("measure", was.rule().measure().label());
        }
        if (amount == null && multiplier == null) {
            mustNotBeImmediate();
        }
        Budget rule = was.rule();
        Budget scoped = new Budget(rule.id(), rule.name(), scopeOfIt, rule.mode(), rule.measure(), rule.period());
        return fill(
                new BudgetRecord(
                        scoped,
                        was.amount(),
                        was.multiplier(),
                        was.carryOver(),
                        was.carryOverMax(),
                        was.thresholds(),
                        was.state()),
                unit);
    }

    boolean isImmediate() {
        return Boolean.TRUE.equals(immediate);
    }

    private BudgetRecord fill(BudgetRecord was, Period.Unit unit) {
        Budget rule = was.rule();
        Unit counted = Unit.of(rule.measure());
        counted.mustBe(currency);
        Period is = rule.period();
        Period asked = new Period(
                unit,
                zone == null ? is.zone() : RuleBounds.zone(zone),
                Choice.of("week_start", weekStart, DayOfWeek.class, is.weekStart()),
                Choice.of("year_start", yearStart, Month.class, is.yearStart()));
        return RuleBounds.checked(new BudgetRecord(
                new Budget(
                        rule.id(),
                        name == null ? rule.name() : name,
                        rule.scope(),
                        Choice.of("mode", mode, Mode.class, rule.mode()),
                        rule.measure(),
                        asked),
                amount == null ? was.amount() : counted.read("amount", amount),
                multiplier == null ? was.multiplier() : (int) Unit.FACTOR.read("multiplier", multiplier),
                carryOver == null ? was.carryOver() : carryOver,
                carryOverMax == null
                        ? was.carryOverMax()
                        : carryOverMax
                                .map(most -> counted.read("carry_over_max", most))
                                .orElse(null),
                thresholds == null ? was.thresholds() : rising(thresholds),
                was.state().withEnabled(enabled == null ? was.state().enabled() : enabled)));
    }

    private static List<Integer> rising(List<@Nullable Integer> given) {
        return given.stream()
                .map(threshold -> Given.required("thresholds", threshold))
                .distinct()
                .sorted()
                .toList();
    }

    private void mustNotBeImmediate() {
        if (isImmediate()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "immediate: true (expected: only in a change of the amount or multiplier; bounds of periods never change)",
                    "immediate");
        }
    }

    private static Problem stays(String member, String was) {
        return new Problem(
                ProblemCode.INVALID_VALUE,
                member + ": another one (expected: " + was + ", or left out; or make another budget)",
                member);
    }
}

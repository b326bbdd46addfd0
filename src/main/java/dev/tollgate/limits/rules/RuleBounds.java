package dev.tollgate.limits.rules;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Period;
import java.time.ZoneId;
import java.util.HashSet;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What may be said in a rule. What is out of bounds fails with a problem that names the member and what was expected. */
public final class RuleBounds {
    /** The most of money: a billion dollars, in nanodollars. */
    public static final long MONEY_MAX = 1_000_000_000_000_000_000L;

    /** The most of what is counted: tokens, requests, bytes. */
    public static final long COUNT_MAX = 1_000_000_000_000L;

    /** The most seconds that a request may be given: a day. */
    public static final long DEADLINE_MAX = 86_400;

    /** The whole of a budget, in hundredths of a percent. */
    public static final long SHARE_MAX = 10_000;

    /** The most that a season multiplies an amount by, in thousandths. */
    public static final int MULTIPLIER_MAX = 1_000_000;

    private static final int TEXT_LENGTH_MAX = 200;
    private static final int MODELS_MAX = 1_000;
    private static final int THRESHOLDS_MAX = 20;
    private static final int THRESHOLD_MAX = 1_000;
    private static final int BURST_SECONDS_MAX = 30 * 86_400;
    private static final int SHOWN_LENGTH_MAX = 60;
    private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}");
    private static final Pattern TIER = Pattern.compile("[a-z0-9][a-z0-9_-]{0,63}");

    private RuleBounds() {}

    /** The budget, where everything in it is within bounds. */
    public static BudgetRecord checked(BudgetRecord budget) {
        Budget rule = budget.rule();
        name(rule.name());
        scope(rule.scope());
        amount("amount", budget.amount(), 0, rule.measure().isMoney() ? MONEY_MAX : COUNT_MAX);
        if (budget.multiplier() < 0 || budget.multiplier() > MULTIPLIER_MAX) {
            throw invalid("multiplier", budget.multiplier() + " thousandths", "0 to 1000");
        }
        if (rule.period().unit() == Period.Unit.CREDIT && budget.multiplier() != BudgetRecord.ONCE) {
            throw invalid("multiplier", "of a credit", "left out; a credit is what was paid in");
        }
        boolean endless = isEndless(rule.period().unit());
        if (rule.period().unit() == Period.Unit.CREDIT && budget.amount() != 0) {
            throw invalid("amount", "of a credit", "left out, and top-ups");
        }
        if (budget.carryOver() && endless) {
            throw invalid(
                    "carry_over",
                    "true",
                    "false where the period is " + rule.period().unit().label());
        }
        if (budget.carryOverMax() != null) {
            if (!budget.carryOver()) {
                throw invalid("carry_over_max", "without carry_over", "null, or carry_over true");
            }
            amount("carry_over_max", budget.carryOverMax(), 0, rule.measure().isMoney() ? MONEY_MAX : COUNT_MAX);
        }
        thresholds(budget.thresholds());
        return budget;
    }

    /** The limit, where everything in it is within bounds. */
    public static LimitRecord checked(LimitRecord limit) {
        UsageLimit rule = limit.rule();
        name(rule.name());
        scope(rule.scope());
        switch (rule.kind()) {
            case REQUESTS, TOKENS, INPUT_TOKENS, OUTPUT_TOKENS, CONCURRENCY ->
                amount("amount", rule.amount(), 0, COUNT_MAX);
            case REQUEST_BYTES, OUTPUT_CAP -> amount("amount", rule.amount(), 1, COUNT_MAX);
            case DEADLINE -> amount("amount", rule.amount(), 1, DEADLINE_MAX);
            case PRICE_PER_REQUEST -> amount("amount", rule.amount(), 1, MONEY_MAX);
            case SHARE_PER_REQUEST -> amount("amount", rule.amount(), 1, SHARE_MAX);
        }
        if (rule.kind() == UsageLimit.Kind.CONCURRENCY && rule.amount() > Integer.MAX_VALUE) {
            throw invalid("amount", String.valueOf(rule.amount()), "at most " + Integer.MAX_VALUE);
        }
        if (rule.kind().isRate() != (rule.periodSeconds() > 0)) {
            throw rule.kind().isRate()
                    ? new Problem(ProblemCode.MISSING_VALUE, "period: missing", "period")
                    : invalid("period", "of " + rule.kind().label(), "left out; only rates have one");
        }
        if (rule.burst() != null) {
            burst(rule, rule.burst());
        }
        return limit;
    }

    /** The name of a tier. */
    public static String tierName(String name) {
        if (!TIER.matcher(name).matches()) {
            throw invalid("name", shown(name), "1 to 64 of a-z, 0-9, _ and -, beginning with a letter or digit");
        }
        return name;
    }

    /** A name that programs use, such as that of a feature or an account. */
    public static String label(String member, String label) {
        if (!LABEL.matcher(label).matches()) {
            throw invalid(
                    member, shown(label), "1 to 100 letters, digits and _ . : / -, beginning with a letter or digit");
        }
        return label;
    }

    /** A text for people, which may be empty. */
    public static String text(String member, String text) {
        if (text.length() > TEXT_LENGTH_MAX || hasControls(text)) {
            throw invalid(member, shown(text), "at most " + TEXT_LENGTH_MAX + " characters, none a control character");
        }
        return text;
    }

    /** A zone of the IANA database, by its name there. */
    public static ZoneId zone(String zone) {
        if (!ZoneId.getAvailableZoneIds().contains(zone)) {
            throw invalid("zone", shown(zone), "a zone of the IANA database, such as Europe/Berlin or UTC");
        }
        return ZoneId.of(zone);
    }

    /** A name of models, or the beginning of names with a star at its end. */
    public static String model(String member, String model) {
        int star = model.indexOf('*');
        if (model.isBlank()
                || model.length() > TEXT_LENGTH_MAX
                || hasControls(model)
                || (star >= 0 && star < model.length() - 1)) {
            throw invalid(member, shown(model), "1 to " + TEXT_LENGTH_MAX + " characters, a star only as the last one");
        }
        return model;
    }

    /** An amount within bounds. */
    public static long amount(String member, long amount, long min, long max) {
        if (amount < min || amount > max) {
            throw invalid(member, "out of bounds", bounds(min, max));
        }
        return amount;
    }

    /** Whether a period never begins anew. */
    public static boolean isEndless(Period.Unit unit) {
        return unit == Period.Unit.TOTAL || unit == Period.Unit.CREDIT;
    }

    private static String bounds(long min, long max) {
        return max == MONEY_MAX
                ? (min == 0 ? "0" : "0.000000001") + " to 1000000000 dollars"
                : max == SHARE_MAX ? "0.01 to 100 percent" : min + " to " + max;
    }

    private static void name(String name) {
        if (name.isBlank()) {
            throw invalid("name", shown(name), "1 to " + TEXT_LENGTH_MAX + " characters");
        }
        text("name", name);
    }

    private static void scope(Scope scope) {
        if (scope.models() != null) {
            List<String> models = scope.models().written();
            if (models.isEmpty() || models.size() > MODELS_MAX) {
                throw invalid(
                        "scope.models", models.size() + " names", "1 to " + MODELS_MAX + ", or null for all models");
            }
            models.forEach(model -> model("scope.models", model));
        }
        if (scope.feature() != null) {
            label("scope.feature", scope.feature());
        }
        if (scope.tagKey() != null) {
            label("scope.tag.key", scope.tagKey());
        }
        if (scope.tagValue() != null) {
            text("scope.tag.value", scope.tagValue());
        }
        if (new HashSet<>(scope.per()).size() < scope.per().size()) {
            throw invalid("scope.per", "something that is given twice", "each once");
        }
        if (scope.per().contains(Scope.Per.TAG) && scope.tagKey() == null) {
            throw invalid("scope.per", "\"tag\" without scope.tag", "with scope.tag.key");
        }
    }

    private static void burst(UsageLimit rule, long burst) {
        if (!rule.kind().isRate()) {
            throw invalid("burst", "of " + rule.kind().label(), "left out; only rates have one");
        }
        long most = Math.min(COUNT_MAX, rule.amount() * (BURST_SECONDS_MAX / rule.periodSeconds()));
        if (burst < 1 || burst > most) {
            throw invalid("burst", String.valueOf(burst), "1 to " + most + ", which is at most that of 30 days");
        }
    }

    private static void thresholds(List<Integer> thresholds) {
        if (thresholds.size() > THRESHOLDS_MAX) {
            throw invalid("thresholds", thresholds.size() + " numbers", "at most " + THRESHOLDS_MAX);
        }
        for (int threshold : thresholds) {
            if (threshold < 1 || threshold > THRESHOLD_MAX) {
                throw invalid("thresholds", String.valueOf(threshold), "percent, 1 to " + THRESHOLD_MAX);
            }
        }
    }

    private static boolean hasControls(String text) {
        return text.chars().anyMatch(Character::isISOControl);
    }

    private static String shown(@Nullable String text) {
        String printable = String.valueOf(text).replaceAll("\\p{Cntrl}", "\uFFFD");
        return '"'
                + (printable.length() > SHOWN_LENGTH_MAX ? printable.substring(0, SHOWN_LENGTH_MAX) + "…" : printable)
                + '"';
    }

    private static Problem invalid(String member, String was, String expected) {
        return new Problem(ProblemCode.INVALID_VALUE, member + ": " + was + " (expected: " + expected + ")", member);
    }
}

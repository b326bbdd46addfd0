package dev.tollgate.gateway;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Scope;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.BudgetRefusal;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.ShareStore.Standing;
import dev.tollgate.limits.budget.Window;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Says why a budget stands in the way, in words that a person understands and in members that a program does. */
final class BudgetProblems {
    private static final String NEVER = "never";

    private BudgetProblems() {}

    /** @param tools of the request that is refused */
    static Problem of(BudgetRefusal refusal, ToolCalls tools) {
        return switch (refusal.reason()) {
            case EXCEEDED ->
                new Problem(
                        ProblemCode.BUDGET_EXCEEDED,
                        exceeded(refusal, tools),
                        null,
                        Map.of("x-should-retry", "false"),
                        details(refusal));
            case BUSY ->
                new Problem(
                        ProblemCode.BUDGET_BUSY,
                        "What is left of " + name(refusal.budget())
                                + " is held by requests under way; some of it will come"
                                + " back. Try again in a second.",
                        null,
                        Map.of("Retry-After", "1", "x-should-retry", "true"),
                        details(refusal));
            case UNAVAILABLE ->
                new Problem(
                        ProblemCode.BUDGET_UNAVAILABLE,
                        "Tollgate's database can't be asked at present, and what this replica was granted of "
                                + name(refusal.budget()) + " is used up; try again later.",
                        null,
                        Map.of("Retry-After", "5"),
                        details(refusal));
        };
    }

    /** The answer where nothing bounds what a request may cost, though a hard budget holds for it. */
    static Problem unbounded(Budget budget, String why) {
        return new Problem(
                ProblemCode.COST_NOT_BOUNDED,
                "What this request may cost can't be bounded (" + why + "), so " + name(budget)
                        + " could be overspent. Set a cap on its output, or leave out what can't be seen.");
    }

    /** The answer to a request that may cost more than one may. */
    static Problem tooDear(UsageLimit limit, long allowed, long most) {
        return new Problem(
                ProblemCode.COST_TOO_HIGH,
                "This request may cost up to " + new Money(most) + " (expected: at most " + new Money(allowed)
                        + ", by limit " + limit.id() + "). Ask for less output, or with less input.",
                null,
                Map.of("x-should-retry", "false"),
                Map.of());
    }

    private static String exceeded(BudgetRefusal refusal, ToolCalls tools) {
        Measure measure = refusal.budget().measure();
        StringBuilder text = new StringBuilder();
        Standing standing = refusal.standing();
        boolean isUnused = standing != null && standing.settled() == 0 && standing.inDoubt() == 0;
        text.append(upper(name(refusal.budget())))
                .append(isUnused ? " is too small for this request: " : " is used up: ");
        if (standing != null) {
            text.append(amount(measure, standing.settled()))
                    .append(" of ")
                    .append(amount(measure, standing.amount()))
                    .append(" spent, ")
                    .append(amount(measure, held(standing)))
                    .append(" held");
            if (standing.inDoubt() > 0) {
                text.append(", ").append(amount(measure, standing.inDoubt())).append(" in doubt");
            }
            text.append(". ");
        }
        text.append("This request may use up to ")
                .append(amount(measure, refusal.need()))
                .append(". ");
        if (!tools.isNone()) {
            text.append("The model reads everything again after each use of the provider's tools; a small"
                    + " max_tool_calls, or none of them, needs less. ");
        }
        String resets = resets(refusal.window());
        text.append(
                resets.equals(NEVER)
                        ? "It does not start anew by itself; have it raised or topped up."
                        : "It starts anew at " + resets + "; until then ask for less output or have it raised.");
        return text.toString();
    }

    private static Map<String, Object> details(BudgetRefusal refusal) {
        Measure measure = refusal.budget().measure();
        Map<String, Object> budget = new LinkedHashMap<>();
        budget.put("id", refusal.budget().id());
        budget.put("name", refusal.budget().name());
        budget.put("owner", refusal.budget().scope().owner().label());
        budget.put("owner_id", refusal.budget().scope().ownerId());
        budget.put("measure", measure.label());
        if (measure.isMoney()) {
            budget.put("currency", "USD");
        }
        Standing standing = refusal.standing();
        if (standing != null) {
            budget.put("limit", figure(measure, standing.amount()));
            budget.put("spent", figure(measure, standing.settled()));
            budget.put("held", figure(measure, held(standing)));
            budget.put("in_doubt", figure(measure, standing.inDoubt()));
            budget.put("remaining", figure(measure, Math.max(0, standing.unspent())));
        }
        budget.put("needed", figure(measure, refusal.need()));
        budget.put("resets_at", resets(refusal.window()));
        return Map.of("budget", budget);
    }

    /** What requests under way hold, and what replicas were granted for the next ones. */
    private static long held(Standing standing) {
        return Math.max(0, standing.used() - standing.settled() - standing.inDoubt());
    }

    private static String name(Budget budget) {
        Scope scope = budget.scope();
        String owner = scope.ownerId().isEmpty()
                ? "of the platform"
                : "of " + scope.owner().label() + " " + scope.ownerId();
        String name = budget.name().isEmpty() ? "" : " \"" + budget.name() + "\"";
        return "the budget" + name + " (" + budget.id() + ", " + owner + ", per "
                + budget.period().unit().label() + ")";
    }

    private static String upper(String text) {
        return Character.toUpperCase(text.charAt(0)) + text.substring(1);
    }

    private static String amount(Measure measure, long amount) {
        return measure.isMoney()
                ? new Money(amount).toString()
                : amount + (measure == Measure.REQUESTS ? " requests" : " tokens");
    }

    private static Object figure(Measure measure, long amount) {
        return measure.isMoney() ? new Money(amount).toDollars() : (Object) amount;
    }

    private static String resets(@Nullable Window window) {
        if (window == null || isNever(window.endsMillis())) {
            return NEVER;
        }
        return Instant.ofEpochMilli(window.endsMillis()).toString();
    }

    /** Whether a window that ends then has no end. */
    static boolean isNever(long endsMillis) {
        return endsMillis > FAR_MILLIS;
    }

    /** The year 9000: windows without an end have one that nobody will see. */
    private static final long FAR_MILLIS = 221_845_392_000_000L;
}

package dev.tollgate.admin.litellm;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.rules.BudgetRecord;
import java.util.List;
import java.util.Locale;

/** A field of LiteLLM that is a budget here. */
enum MoneyField {
    MAX_BUDGET(Mode.HARD, BudgetRecord.THRESHOLDS),
    /** Only alerts, when it is reached. */
    SOFT_BUDGET(Mode.SOFT, List.of(100));

    private final Mode mode;
    private final List<Integer> thresholds;

    MoneyField(Mode mode, List<Integer> thresholds) {
        this.mode = mode;
        this.thresholds = thresholds;
    }

    Mode mode() {
        return mode;
    }

    List<Integer> thresholds() {
        return thresholds;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean is(BudgetRecord budget) {
        return budget.rule().mode() == mode
                && budget.rule().measure() == Measure.CHARGE
                && budget.rule().period().unit() != Period.Unit.CREDIT;
    }
}

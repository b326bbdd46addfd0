package dev.tollgate.limits.rules;

/** The rules that hold now. Safe for threads. */
public final class RulesInForce {
    private volatile RuleBook book = RuleBook.EMPTY;

    /** All of them as they stood at one moment; a request looks once and goes by that. */
    public RuleBook book() {
        return book;
    }

    /** Puts newer rules in force. */
    public void replace(RuleBook newer) {
        book = newer;
    }
}

package dev.tollgate.limits.rules;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;

/** The rules that hold now, and when it was known last that they do. Safe for threads. */
public final class RulesInForce {
    private final List<Consumer<RuleBook>> listeners = new CopyOnWriteArrayList<>();
    private final Hearing hearing;
    private volatile RuleBook book = RuleBook.EMPTY;

    public RulesInForce(Hearing hearing) {
        this.hearing = hearing;
    }

    /** How long ago they were known to be all there are. */
    public Hearing hearing() {
        return hearing;
    }

    /** All of them as they stood at one moment; a request looks once and goes by that. */
    public RuleBook book() {
        return book;
    }

    /** Puts newer rules in force. */
    public void replace(RuleBook newer) {
        book = newer;
        listeners.forEach(listener -> listener.accept(newer));
    }

    /** Has somebody told when other rules are put in force, on the thread that does so. */
    public void onReplace(Consumer<RuleBook> listener) {
        listeners.add(listener);
    }
}

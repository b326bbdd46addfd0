package dev.tollgate.gateway;

import dev.tollgate.limits.Traits;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rules.RuleBook;
import dev.tollgate.provider.Candidate;
import java.util.ArrayList;
import java.util.List;

/**
 * The rules that a request goes by, as they stood when it was looked at, and the gate that it passes on its way out.
 *
 * @param limits those that count it
 */
record Governed(RuleBook book, Traits traits, List<UsageLimit> limits, SpendGate gate) {
    /** Refuses what was stopped before now, for the request or for where it would go. */
    void refuseStopped(Candidate candidate) {
        gate.leave(traits, candidate);
    }

    /** The same with more limits that count it: those of its account. */
    Governed with(List<UsageLimit> more) {
        List<UsageLimit> all = new ArrayList<>(limits);
        all.addAll(more);
        return new Governed(book, traits, all, gate);
    }
}

package dev.tollgate.gateway;

import dev.tollgate.limits.Traits;
import dev.tollgate.limits.rules.Hearing;
import dev.tollgate.limits.rules.RulesInForce;
import dev.tollgate.limits.rules.Stop;
import dev.tollgate.limits.rules.Stops;
import dev.tollgate.provider.Candidate;
import org.jspecify.annotations.Nullable;

/**
 * Lets no request through whose spend is stopped, and none at all while stops can't be heard, if that is wanted. It is
 * asked when one comes in, and again right before it goes out, by the rules of that moment, because it may have waited: for
 * a slot, for a share of a budget, for a connection. Safe for threads.
 */
final class SpendGate {
    private final RulesInForce rules;

    SpendGate(RulesInForce rules) {
        this.rules = rules;
    }

    /** Refuses what is stopped, whichever account it would go over. */
    void enter(Traits of) {
        refuseUnheard();
        refuse(rules.book().stops().of(of));
    }

    /** Refuses what is stopped, or would go over an account or run a model that is. */
    void leave(Traits of, Candidate candidate) {
        refuseUnheard();
        Stops stops = rules.book().stops();
        refuse(stops.of(of));
        refuse(stops.ofPlace(candidate.account().id(), candidate.model()));
    }

    private void refuseUnheard() {
        Hearing hearing = rules.hearing();
        if (hearing.isDeaf()) {
            throw LimitProblems.unheard(hearing.silence());
        }
    }

    private static void refuse(@Nullable Stop stop) {
        if (stop != null) {
            throw LimitProblems.stopped(stop);
        }
    }
}

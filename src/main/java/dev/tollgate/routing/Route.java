package dev.tollgate.routing;

import dev.tollgate.routing.when.Condition;
import java.util.List;

/**
 * A name that callers use as a model, and what may stand behind it.
 *
 * @param version tells it from what had or will have its name, as ledger entries say it; empty where it is not in force
 * @param description for people; may be empty
 * @param candidates at least one
 */
public record Route(String name, String version, String description, Strategy strategy, List<Candidate> candidates) {
    /** What a candidate has that no share is given to. */
    public static final int NO_SHARE = -1;

    /** How many routes may stand behind one another. */
    public static final int DEPTH_MAX = 5;

    /** How many models may stand behind one route, those of other routes included. */
    public static final int MODELS_MAX = 100;

    public Route {
        candidates = List.copyOf(candidates);
    }

    /**
     * One of the places where a request may go.
     *
     * @param at where it is written: {@code support-bot.candidates[1]}
     * @param weight 1 to 1,000, against those of the others
     * @param share percent of the traffic, or {@link #NO_SHARE}
     * @param when what must all hold
     */
    public record Candidate(String at, Target target, int weight, int share, List<Condition> when) {
        public Candidate {
            when = List.copyOf(when);
        }
    }
}

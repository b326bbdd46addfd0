package dev.tollgate.platform.demo;

import dev.tollgate.kernel.Money;

/** What callers have seen so far, added up. Used by one thread. */
final class Tally {
    private long requests;
    private long streams;
    private long failed;
    private long cancelled;
    private long tokens;
    private Money cost = Money.ZERO;

    void add(Call call, Outcome outcome) {
        requests++;
        streams += call.isStreamed() ? 1 : 0;
        failed += outcome.end() == Outcome.End.FAILED ? 1 : 0;
        cancelled += outcome.end() == Outcome.End.CANCELLED ? 1 : 0;
        tokens += outcome.tokens();
        cost = cost.plus(outcome.cost());
    }

    void add(Tally other) {
        requests += other.requests;
        streams += other.streams;
        failed += other.failed;
        cancelled += other.cancelled;
        tokens += other.tokens;
        cost = cost.plus(other.cost);
    }

    long requests() {
        return requests;
    }

    long streams() {
        return streams;
    }

    long failed() {
        return failed;
    }

    long cancelled() {
        return cancelled;
    }

    long tokens() {
        return tokens;
    }

    Money cost() {
        return cost;
    }
}

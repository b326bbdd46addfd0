package dev.tollgate.limits.budget;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.budget.BudgetRefusal.Reason;
import dev.tollgate.limits.budget.ShareStore.Grant;
import dev.tollgate.limits.budget.ShareStore.Standing;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a hold, where the first try found too little: it asks for windows and shares, waits a moment
 * for what others hold, makes do with less, and only then is refused. Runs on the request's executor.
 */
final class Admission implements Share.Waiter {
    /** How often a request asks again while it waits: what other replicas give back wakes nobody here. */
    private static final long ASK_AGAIN_MILLIS = 100;

    /** More rounds than any request needs; a bound, so that none goes on for ever. */
    private static final int ROUNDS_MAX = 200;

    private final Budgets budgets;
    private final List<Budget> rules;
    private final String[] subjects;
    private final Executor executor;
    private final Promise<Hold> promise;
    private final long deadlineNanos;
    private final boolean[] exempt;
    private final List<Budget> exceeded = new ArrayList<>(0);
    private Want want;
    private int rounds;
    private boolean lastTry;
    private @Nullable Share awaited;
    private int awaitedRule;
    private boolean hasWaited;
    private @Nullable Runnable timer;

    Admission(
            Budgets budgets,
            List<Budget> rules,
            String[] subjects,
            Want want,
            Executor executor,
            Promise<Hold> promise,
            long patienceNanos) {
        this.budgets = budgets;
        this.rules = rules;
        this.subjects = subjects;
        this.want = want;
        this.executor = executor;
        this.promise = promise;
        this.deadlineNanos = budgets.nanoTime() + patienceNanos;
        this.exempt = new boolean[rules.size()];
    }

    Future<Hold> start() {
        step(/* first= */ false);
        return promise.future();
    }

    @Override
    public void wake() {
        executor.execute(() -> {
            Share share = awaited;
            if (share != null) {
                stopWaiting(share);
                step(/* first= */ true);
            }
        });
    }

    private void stopWaiting(Share share) {
        share.leave(this);
        awaited = null;
        if (timer != null) {
            timer.run();
            timer = null;
        }
    }

    private void step(boolean first) {
        if (++rounds > ROUNDS_MAX) {
            refuse(Reason.BUSY, 0, null, null);
            return;
        }
        long now = budgets.millis();
        @Nullable Share[] shares = new @Nullable Share[rules.size()];
        for (int i = 0; i < shares.length; i++) {
            Share share = budgets.shareAt(rules.get(i), subjects[i], now);
            if (share == null && !exempt[i]) {
                openWindow(i, now);
                return;
            }
            shares[i] = share;
        }
        int missing = budgets.takeAll(rules, shares, exempt, want.most(), first ? awaitedRule : -1);
        if (missing >= 0) {
            ask(missing, Objects.requireNonNull(shares[missing]));
            return;
        }
        promise.complete(budgets.hold(want, rules, shares, exempt, exceeded));
        passOn(hasWaited ? shares[awaitedRule] : null);
    }

    /** Who is done lets the next one look, as there may be something left. */
    private static void passOn(@Nullable Share share) {
        if (share != null && share.free() > 0) {
            share.wakeFirst();
        }
    }

    private void openWindow(int rule, long now) {
        budgets.openWindow(rules.get(rule), subjects[rule], now)
                .onComplete(opened -> executor.execute(() -> {
                    if (opened.succeeded()) {
                        step(/* first= */ false);
                    } else {
                        unavailable(rule, null);
                    }
                }));
    }

    private void ask(int rule, Share share) {
        long need = want.most().of(share.window().measure());
        share.ask(need, budgets.nanoTime())
                .onComplete(answer -> executor.execute(() -> asked(rule, share, need, answer)));
    }

    private void asked(int rule, Share share, long need, AsyncResult<Grant> answer) {
        if (answer.failed()) {
            unavailable(rule, share);
            return;
        }
        switch (answer.result()) {
            case Grant.Given _ -> step(hasWaited);
            case Grant.Closed _, Grant.Superseded _ -> {
                budgets.forget(share, answer.result() instanceof Grant.Superseded);
                step(/* first= */ false);
            }
            case Grant.Refused refused -> refused(rule, share, need, refused.standing());
        }
    }

    private void refused(int rule, Share share, long need, Standing standing) {
        Measure measure = share.window().measure();
        if (rules.get(rule).mode() == Mode.SHADOW) {
            letThrough(rule);
        } else if (need > standing.unspent()) {
            fit(measure, standing.unspent(), Reason.EXCEEDED, rule, share, standing);
        } else if (lastTry) {
            refuse(Reason.BUSY, rule, share, standing);
        } else if (budgets.nanoTime() - deadlineNanos >= 0) {
            lastTry = true;
            long room = Math.max(0, standing.free()) + Math.max(0, share.free());
            fit(measure, room / (1 + share.waitingCount()), Reason.BUSY, rule, share, standing);
        } else {
            waitFor(rule, share, need);
        }
    }

    private void fit(Measure measure, long room, Reason otherwise, int rule, Share share, Standing standing) {
        Want less = want.fitted(measure, room);
        if (less == null) {
            refuse(otherwise, rule, share, standing);
        } else {
            want = less;
            step(hasWaited);
        }
    }

    private void waitFor(int rule, Share share, long need) {
        budgets.recall(share);
        boolean again = hasWaited && awaitedRule == rule;
        hasWaited = true;
        awaitedRule = rule;
        awaited = share;
        if (share.await(this, need, again)) {
            awaited = null;
            step(/* first= */ true);
        } else {
            askLater(rule, share);
        }
    }

    /** Keeps its place and asks now and then; the answer to whoever asks is for the first who waits. */
    private void askLater(int rule, Share share) {
        long leftMillis = Math.max(1, (deadlineNanos - budgets.nanoTime()) / 1_000_000);
        timer = budgets.after(
                Math.min(ASK_AGAIN_MILLIS, leftMillis),
                () -> executor.execute(() -> {
                    if (awaited != share) {
                        return;
                    }
                    long need = want.most().of(share.window().measure());
                    share.ask(need, budgets.nanoTime())
                            .onComplete(answer -> executor.execute(() -> {
                                if (awaited != share) {
                                    return;
                                }
                                boolean isOver = budgets.nanoTime() - deadlineNanos >= 0;
                                boolean isHopeless = answer.result() instanceof Grant.Refused refused
                                        && need > refused.standing().unspent();
                                if (isOver || isHopeless || !(answer.result() instanceof Grant.Refused)) {
                                    stopWaiting(share);
                                    asked(rule, share, need, answer);
                                } else {
                                    askLater(rule, share);
                                }
                            }));
                }));
    }

    /** Without the store, only what was granted before can be held; a shadow stops nobody. */
    private void unavailable(int rule, @Nullable Share share) {
        Budget budget = rules.get(rule);
        if (budget.mode() != Mode.HARD
                || (share != null && budgets.mayOverdraw(share, want.most().of(budget.measure())))) {
            letThrough(rule);
        } else {
            refuse(Reason.UNAVAILABLE, rule, share, null);
        }
    }

    private void letThrough(int rule) {
        exempt[rule] = true;
        exceeded.add(rules.get(rule));
        step(hasWaited);
    }

    private void refuse(Reason reason, int rule, @Nullable Share share, @Nullable Standing standing) {
        Budget budget = rules.get(rule);
        promise.fail(new BudgetRefusal(
                reason,
                budget,
                share == null ? null : share.window(),
                standing,
                want.most().of(budget.measure())));
        passOn(hasWaited ? share : null);
    }
}

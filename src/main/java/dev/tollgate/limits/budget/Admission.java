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
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way to a hold, where the first try found too little: it asks for windows and shares, waits a moment
 * for what others hold, makes do with less, and only then is refused. It holds nothing while it waits. Runs on the
 * request's executor, which does one thing at a time.
 */
final class Admission implements Waiters.Waiter {
    /** How often the first that waits asks again: what other replicas give back wakes nobody here. */
    private static final long ASK_AGAIN_MILLIS = 100;

    /** More rounds than any request needs; a bound, so that none goes on for ever. */
    private static final int ROUNDS_MAX = 1_000;

    private static final long NANOS_PER_MILLI = 1_000_000;

    private final Budgets budgets;
    private final List<Budget> rules;
    private final List<String> subjects;
    private final Executor executor;
    private final Promise<Hold> promise = Promise.promise();
    private final long deadlineNanos;
    private final boolean[] exempt;
    private final List<Budget> exceeded = new ArrayList<>(0);
    private Want want;
    private int rounds;
    private long overdraft;

    /** The share in whose queue it stands. It stays there until it has a hold, is refused, or lacks another one more. */
    private @Nullable Share queue;

    private volatile long amount; // that it needs of that share
    private @Nullable Runnable timer;
    private boolean isCapped;

    Admission(Budgets budgets, List<Budget> rules, List<String> subjects, Want want, Executor executor, long patience) {
        this.budgets = budgets;
        this.rules = rules;
        this.subjects = subjects;
        this.want = want;
        this.executor = executor;
        this.deadlineNanos = budgets.nanoTime() + patience * NANOS_PER_MILLI;
        this.exempt = new boolean[rules.size()];
    }

    Future<Hold> start() {
        step();
        return promise.future();
    }

    @Override
    public long amount() {
        return amount;
    }

    @Override
    public void wake() {
        executor.execute(() -> {
            if (timer != null) {
                timer.run();
                timer = null;
                step();
            }
        });
    }

    private void step() {
        if (++rounds > ROUNDS_MAX) {
            refuse(Reason.BUSY, 0, null, null);
            return;
        }
        long now = budgets.millis();
        List<Share> found = new ArrayList<>(rules.size());
        int[] ruleOf = new int[rules.size()];
        for (int i = 0; i < ruleOf.length; i++) {
            Share share = budgets.share(rules.get(i), subjects.get(i), now);
            if (share != null) {
                ruleOf[found.size()] = i;
                found.add(share);
            } else if (!exempt[i]) {
                openWindow(i, now);
                return;
            }
        }
        take(found.toArray(Share[]::new), ruleOf, now);
    }

    private void take(Share[] found, int[] ruleOf, long now) {
        long[] amounts = new long[found.length];
        for (int i = 0; i < found.length; i++) {
            int rule = ruleOf[i];
            amounts[i] = exempt[rule] || rules.get(rule).mode() == Mode.SOFT ? 0 : need(found[i]);
        }
        Hold hold = new Hold(want, found, amounts, exceeded);
        Share lacking = hold.take(now, this);
        if (lacking == null) {
            leaveQueue();
            promise.complete(hold);
            return;
        }
        int rule = ruleOf[List.of(found).indexOf(lacking)];
        if (lacking != queue && !lacking.waiters().isEmpty() && !isLate()) {
            waitFor(rule, lacking); // others came before
        } else {
            ask(rule, lacking);
        }
    }

    /** Whether it may take of a share: when it is its turn, or when its time is up. */
    boolean mayTakeOf(Share share) {
        return share.waiters().first() == this || isLate();
    }

    private boolean isLate() {
        return budgets.nanoTime() - deadlineNanos >= 0;
    }

    private void openWindow(int rule, long now) {
        budgets.openWindow(rules.get(rule), subjects.get(rule), now)
                .onComplete(opened -> executor.execute(() -> {
                    if (opened.succeeded()) {
                        step();
                    } else {
                        unavailable(rule, null);
                    }
                }));
    }

    private void ask(int rule, Share share) {
        long need = need(share);
        share.ask(need, budgets.nanoTime())
                .onComplete(answer -> executor.execute(() -> asked(rule, share, need, answer)));
    }

    private void asked(int rule, Share share, long need, AsyncResult<Grant> answer) {
        if (answer.failed()) {
            unavailable(rule, share);
            return;
        }
        switch (answer.result()) {
            case Grant.Given _, Grant.Closed _ -> step(); // the share knows
            case Grant.Superseded _ -> {
                budgets.forgetUpTo(share.epoch());
                step();
            }
            case Grant.Refused refused -> refused(rule, share, need, refused.standing());
        }
    }

    private void refused(int rule, Share share, long need, Standing standing) {
        if (rules.get(rule).mode() == Mode.SHADOW) {
            letThrough(rule);
        } else if (need > standing.unspent()) {
            fit(standing.unspent(), Reason.EXCEEDED, rule, share, standing);
        } else if (!isLate()) {
            waitFor(rule, share);
        } else if (isCapped) {
            refuse(Reason.BUSY, rule, share, standing);
        } else {
            isCapped = true;
            long room = Math.max(0, standing.free()) + share.free();
            fit(room / Math.max(1, share.waiters().size()), Reason.BUSY, rule, share, standing);
        }
    }

    private void fit(long room, Reason otherwise, int rule, Share share, Standing standing) {
        Want less = want.fitted(share.window().measure(), room);
        if (less == null) {
            refuse(otherwise, rule, share, standing);
        } else {
            want = less;
            step();
        }
    }

    /** Waits for its turn, and while it is the first asks now and then. */
    private void waitFor(int rule, Share share) {
        amount = need(share);
        if (queue != share) {
            leaveQueue();
            queue = share;
            share.waiters().join(this);
        }
        boolean isFirst = mayTakeOf(share);
        if (isFirst && share.free() >= amount) {
            step(); // something came back meanwhile
            return;
        }
        if (isFirst) {
            budgets.recall(share);
        }
        long leftMillis = Math.max(1, (deadlineNanos - budgets.nanoTime()) / NANOS_PER_MILLI);
        timer = budgets.after(
                Math.min(ASK_AGAIN_MILLIS, leftMillis), () -> executor.execute(() -> lookAgain(rule, share)));
    }

    private void lookAgain(int rule, Share share) {
        if (timer == null || queue != share) {
            return;
        }
        timer = null;
        if (isLate() || share.isOver()) {
            step();
        } else if (share.waiters().first() == this) {
            ask(rule, share);
        } else {
            waitFor(rule, share);
        }
    }

    private long need(Share share) {
        return want.most().of(share.window().measure());
    }

    /** Without the store only what was granted before can be held; budgets that only count stop nobody. */
    private void unavailable(int rule, @Nullable Share share) {
        Budget budget = rules.get(rule);
        if (budget.mode() != Mode.HARD) {
            letThrough(rule);
            return;
        }
        long need = share == null || !budget.measure().isMoney() ? 0 : need(share);
        if (need > 0 && budgets.overdraw(need)) {
            overdraft += need;
            letThrough(rule);
        } else {
            refuse(Reason.UNAVAILABLE, rule, share, null);
        }
    }

    private void letThrough(int rule) {
        exempt[rule] = true;
        exceeded.add(rules.get(rule));
        step();
    }

    private void refuse(Reason reason, int rule, @Nullable Share share, @Nullable Standing standing) {
        leaveQueue();
        budgets.overdraw(-overdraft);
        Budget budget = rules.get(rule);
        Window window = share == null ? null : share.window();
        promise.fail(
                new BudgetRefusal(reason, budget, window, standing, want.most().of(budget.measure())));
    }

    /** Lets the next one look, as there may be something left. */
    private void leaveQueue() {
        Share left = queue;
        if (left != null) {
            queue = null;
            left.waiters().leave(this);
            left.wakeFirst();
        }
    }
}

package dev.tollgate.limits.budget;

import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What is done for shares while no request waits for it: next windows, and what nobody needs. Safe for threads. */
final class Upkeep {
    /** Windows are opened, and shares of them asked for, within this time before they begin. */
    private static final long AHEAD_MILLIS = 60_000;

    /** All but ten seconds of it, over which the windows that begin at one time are spread. */
    private static final long SPREAD_MILLIS = 50_000;

    private static final long SPREAD_FACTOR = 7_919; // a prime, so that windows opened together lie apart

    /** A share that was not used for so long is given back and forgotten. */
    private static final long IDLE_MILLIS = 600_000;

    private final Budgets budgets;
    private final Shares shares;

    Upkeep(Budgets budgets, Shares shares) {
        this.budgets = budgets;
        this.shares = shares;
    }

    Future<Void> tick(Function<String, @Nullable Budget> known) {
        long now = budgets.millis();
        List<Future<?>> work = new ArrayList<>(0);
        for (Share share : shares.all()) {
            Window window = share.window();
            if (window.endsMillis() <= now) {
                shares.turn(window, now);
                work.add(giveUp(share));
            } else if (now - share.lastUsedMillis() > IDLE_MILLIS && window.startsMillis() <= now) {
                work.add(giveUp(share));
            } else if (window.endsMillis() - now <= AHEAD_MILLIS - spread(window) && !shares.hasNext(window)) {
                Budget budget = known.apply(window.budgetId());
                if (budget != null) {
                    work.add(openNext(share, budget));
                }
            }
        }
        return Future.join(work).mapEmpty();
    }

    /** Opens the next window, and asks for a share of it where requests have asked for one of this. */
    private Future<Share> openNext(Share share, Budget budget) {
        Window window = share.window();
        long amount = share.usualAmount();
        Future<Share> opened = budgets.openWindow(budget, window.subject(), window.endsMillis());
        return amount == 0 ? opened : opened.onSuccess(next -> next.refill(amount, budgets.nanoTime()));
    }

    private Future<Void> giveUp(Share share) {
        if (share.retire()) {
            shares.remove(share);
            return Future.succeededFuture();
        }
        return share.giveBack(budgets.nanoTime());
    }

    private static long spread(Window window) {
        return Math.floorMod(window.id() * SPREAD_FACTOR, SPREAD_MILLIS);
    }

    Future<Void> giveBack(Collection<Share> what) {
        return Future.join(what.stream()
                        .map(share -> share.giveBack(budgets.nanoTime()))
                        .toList())
                .mapEmpty();
    }
}

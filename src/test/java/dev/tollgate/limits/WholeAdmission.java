package dev.tollgate.limits;

import dev.tollgate.limits.Scope.Owner;
import dev.tollgate.limits.UsageLimit.Kind;
import dev.tollgate.limits.budget.Amounts;
import dev.tollgate.limits.budget.Budget;
import dev.tollgate.limits.budget.Budgets;
import dev.tollgate.limits.budget.Hold;
import dev.tollgate.limits.budget.Measure;
import dev.tollgate.limits.budget.Period;
import dev.tollgate.limits.budget.ShareStore;
import dev.tollgate.limits.budget.Want;
import dev.tollgate.limits.budget.Window;
import dev.tollgate.limits.rate.Bucket;
import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Concurrency;
import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.MemoryRates;
import dev.tollgate.limits.rate.Rate;
import dev.tollgate.limits.rate.RateLimits;
import dev.tollgate.limits.rate.Waiting;
import io.vertx.core.Future;
import java.time.DayOfWeek;
import java.time.InstantSource;
import java.time.Month;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * All that limits and budgets do for a request whose shares are at hand: its rules are found, five limits are charged and
 * four budgets held at once; then tokens are corrected, the slot comes back and the holds are settled. One rule of each
 * scope. For tests and benchmarks of what that costs.
 */
public final class WholeAdmission {
    private static final Traits TRAITS =
            new Traits("org_1", "cli_1", "key_1", "premium", "chat", null, "gpt-4o-mini", Map.of());
    private static final Want WANT = new Want() {
        @Override
        public Amounts most() {
            return new Amounts(1_000_000, 1_000_000, 1_000, 1_000, 1);
        }

        @Override
        public Want fitted(Measure measure, long room) {
            return this;
        }
    };
    private static final Amounts USED = new Amounts(250_000, 250_000, 400, 200, 1);
    private static final long ESTIMATED_TOKENS = 2_000;
    private static final long USED_TOKENS = 600;

    private final Rules<UsageLimit> limits = Rules.of(List.of(
            limit("platform", Owner.PLATFORM, "", Kind.REQUESTS),
            limit("tier", Owner.TIER, "premium", Kind.TOKENS),
            limit("organization", Owner.ORGANIZATION, "org_1", Kind.INPUT_TOKENS),
            limit("client", Owner.CLIENT, "cli_1", Kind.REQUESTS),
            limit("key", Owner.KEY, "key_1", Kind.CONCURRENCY)));
    private final Rules<Budget> budgets = Rules.of(List.of(
            budget("tier", Owner.TIER, "premium", Period.Unit.MONTH),
            budget("organization", Owner.ORGANIZATION, "org_1", Period.Unit.MONTH),
            budget("client", Owner.CLIENT, "cli_1", Period.Unit.WEEK),
            budget("key", Owner.KEY, "key_1", Period.Unit.DAY)));
    private final RateLimits rates =
            new RateLimits(new MemoryRates(1_000, System::nanoTime), Waiting.BRIEFLY, (_, _) -> {}, System::nanoTime);
    private final Budgets holds = new Budgets(
            new Generous(),
            () -> Future.succeededFuture(1L),
            InstantSource.system(),
            System::nanoTime,
            (_, _) -> () -> {},
            Budgets.Settings.DEFAULT);

    /** Has been granted its shares. */
    public WholeAdmission() {
        holds.hold(budgets.of(TRAITS), TRAITS, WANT, Runnable::run).result().release();
    }

    /** Admits a request and ends it. */
    public void admitAndSettle() {
        List<Charge> charges = charges(limits.of(TRAITS));
        Admitted admitted =
                (Admitted) rates.tryAcquire(charges, /* priority= */ 1).result();
        Hold hold = holds.tryHold(budgets.of(TRAITS), TRAITS, WANT);
        if (hold == null) {
            throw new AssertionError("a share is not at hand");
        }
        hold.settle(USED, null, System.currentTimeMillis());
        for (int i = 0; i < charges.size(); i++) {
            admitted.permit().correct(i, charges.get(i).cost() == 1 ? 1 : USED_TOKENS);
        }
        admitted.permit().release();
    }

    /** As {@code RateCharges} of the gateway makes them. */
    private static List<Charge> charges(List<UsageLimit> limits) {
        List<Charge> charges = new ArrayList<>(4);
        for (UsageLimit limit : limits) {
            boolean isSlot = limit.kind() == Kind.CONCURRENCY;
            Bucket.Kind kind = isSlot
                    ? new Concurrency((int) limit.amount())
                    : new Rate(limit.amount(), TimeUnit.SECONDS.toMillis(limit.periodSeconds()), limit.atOnce());
            boolean isOne = isSlot || limit.kind() == Kind.REQUESTS;
            charges.add(new Charge(
                    new Bucket(limit.id() + ":" + limit.scope().subject(TRAITS), kind), isOne ? 1 : ESTIMATED_TOKENS));
        }
        return charges;
    }

    private static UsageLimit limit(String name, Owner owner, String ownerId, Kind kind) {
        int seconds = kind.isRate() ? 1 : 0;
        return new UsageLimit(
                "lim_" + name, name, Scope.of(owner, ownerId), Mode.HARD, kind, 2_000_000_000L, seconds, null);
    }

    private static Budget budget(String name, Owner owner, String ownerId, Period.Unit unit) {
        Period period = new Period(unit, ZoneOffset.UTC, DayOfWeek.MONDAY, Month.JANUARY);
        return new Budget("bud_" + name, name, Scope.of(owner, ownerId), Mode.HARD, Measure.CHARGE, period);
    }

    /** A store with money enough for every benchmark, whose windows never end. */
    private static final class Generous implements ShareStore {
        private static final long SHARE = Long.MAX_VALUE / 8;

        @Override
        public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
            return Future.succeededFuture(
                    new Window(budget.id().hashCode(), budget.id(), subject, 0, Long.MAX_VALUE, budget.measure()));
        }

        @Override
        public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
            return Future.succeededFuture(new Grant.Given(SHARE, new Standing(Long.MAX_VALUE, 0, 0, SHARE)));
        }

        @Override
        public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Void> recall(long windowId) {
            return Future.succeededFuture();
        }

        @Override
        public Future<Beat> beat(long epoch) {
            return Future.succeededFuture(new Beat(true, 1, List.of()));
        }
    }
}

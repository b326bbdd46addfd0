package dev.tollgate.limits.budget;

import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.UUID;

/**
 * What the functions of the schema do, in memory and by a clock that is given: for simulations. Every call is done at once
 * and in whole; whoever wants delays, lost answers and outages wraps it. {@link ShareStoreContract} holds it against
 * PostgreSQL.
 */
final class ModelShares implements ShareStore {
    private static final long RECALL_MILLIS = 3_000;
    private static final long SEEN_MILLIS = 10_000;

    private final InstantSource clock;
    private final Map<String, Long> amounts = new HashMap<>();
    private final Map<Long, ModelWindow> windows = new TreeMap<>();
    private final Map<Long, ModelReplica> replicas = new TreeMap<>();
    private final Map<UUID, Spend> booked = new HashMap<>();
    private final Map<UUID, Spend> corrections = new HashMap<>();

    private static final class ModelReplica {
        final UUID journal;
        boolean live = true;
        long seenMillis;

        ModelReplica(UUID journal, long seenMillis) {
            this.journal = journal;
            this.seenMillis = seenMillis;
        }
    }

    private static final class ModelWindow {
        final Window window;
        final Map<Long, ModelShare> shares = new TreeMap<>();
        final Map<UUID, Long> doubts = new HashMap<>();
        long target;
        long amount;
        boolean closed;
        long recalledMillis = Long.MIN_VALUE;

        ModelWindow(Window window, long amount) {
            this.window = window;
            this.target = amount;
            this.amount = amount;
        }

        ModelShare share(long epoch) {
            return shares.computeIfAbsent(epoch, _ -> new ModelShare());
        }

        long settled() {
            return shares.values().stream().mapToLong(share -> share.settled).sum();
        }

        long inDoubt() {
            return doubts.values().stream().mapToLong(doubt -> doubt).sum();
        }

        long excess() {
            return shares.values().stream().mapToLong(share -> share.excess).sum();
        }

        long used() {
            return inDoubt()
                    + shares.values().stream()
                            .mapToLong(share -> Math.max(share.granted, share.settled))
                            .sum();
        }

        Standing standing() {
            return new Standing(target, settled(), inDoubt(), used());
        }

        void lowerAmount() {
            amount = Math.max(target, Math.min(amount, used()));
        }
    }

    private static final class ModelShare {
        boolean asked;
        long granted;
        long settled;
        long excess;
        long call;
        long given;
    }

    ModelShares(InstantSource clock) {
        this.clock = clock;
    }

    /** Says how much the windows of a budget have, from the next one on. */
    void add(Budget budget, long amount) {
        amounts.put(budget.id(), amount);
    }

    /** Begins a run of a replica; it takes the place of those before it over the same journal. */
    long openReplica(UUID journal) {
        replicas.values().stream()
                .filter(replica -> replica.journal.equals(journal))
                .forEach(replica -> replica.live = false);
        long epoch = replicas.size() + 1L;
        replicas.put(epoch, new ModelReplica(journal, clock.millis()));
        return epoch;
    }

    /** Takes back what earlier runs over a journal did not spend. */
    void releaseShares(UUID journal, long beforeEpoch) {
        for (ModelWindow window : windows.values()) {
            window.shares.forEach((epoch, share) -> {
                ModelReplica replica = replica(epoch);
                if (share.asked && epoch < beforeEpoch && replica.journal.equals(journal) && !replica.live) {
                    share.granted = Math.max(0, share.settled);
                }
            });
            window.lowerAmount();
        }
    }

    /** Changes what may be used of a window. */
    void setAmount(long windowId, long amount) {
        ModelWindow window = window(windowId);
        boolean decrease = amount < window.target;
        window.target = amount;
        window.amount = Math.max(amount, Math.min(window.amount, window.used()));
        if (decrease) {
            recall(windowId);
        }
    }

    /** Takes no more calls for a window. */
    void close(long windowId) {
        window(windowId).closed = true;
    }

    /** Books an entry, unless it is booked; the truth corrects a guess, and a guess that comes after it is dropped. */
    void book(Spend spend) {
        UUID id = entry(spend);
        Spend known = booked.putIfAbsent(id, spend);
        ModelWindow window = window(spend.windowId());
        if (known == null) {
            Long quarantined = window.doubts.remove(spend.requestId());
            long inDoubt = spend.end() == Spend.End.KNOWN ? 0 : Math.max(0, spend.held() - spend.amount());
            long cover = quarantined == null ? spend.held() : quarantined;
            long beyond = Math.max(0, spend.amount() + inDoubt - cover);
            settle(
                    window.share(spend.epoch()),
                    spend.amount(),
                    beyond,
                    quarantined == null ? beyond - inDoubt : spend.amount());
            if (inDoubt > 0) {
                window.doubts.put(spend.requestId(), inDoubt);
            }
        } else if (known.end() == Spend.End.GUESSED
                && spend.end() != Spend.End.GUESSED
                && corrections.putIfAbsent(id, spend) == null) {
            long correction = spend.amount() - known.amount();
            long left = known.held() - known.amount();
            Long doubt = window.doubts.remove(spend.requestId());
            long cover = left < 0 ? left : doubt == null ? 0 : doubt;
            settle(
                    window.share(known.epoch()),
                    correction,
                    Math.max(0, correction - cover) - Math.max(0, -cover),
                    correction);
        }
    }

    /** Keeps in doubt what an entry cost, or may have cost, that can't be booked. */
    void quarantine(Spend spend) {
        ModelWindow window = window(spend.windowId());
        if (booked.containsKey(entry(spend)) || window.doubts.containsKey(spend.requestId())) {
            return;
        }
        long inDoubt = spend.end() == Spend.End.KNOWN ? spend.amount() : Math.max(spend.amount(), spend.held());
        long beyond = Math.max(0, inDoubt - spend.held());
        settle(window.share(spend.epoch()), 0, beyond, beyond - inDoubt);
        if (inDoubt > 0) {
            window.doubts.put(spend.requestId(), inDoubt);
        }
    }

    /** What tells an entry, as far as one window counts it. */
    private static UUID entry(Spend spend) {
        return new UUID(
                spend.requestId().getMostSignificantBits() ^ spend.windowId(),
                spend.requestId().getLeastSignificantBits());
    }

    private static void settle(ModelShare share, long amount, long excess, long change) {
        share.settled += amount;
        share.excess += excess;
        if (!share.asked) {
            return;
        }
        long granted = share.granted + change;
        long settled = Math.max(0, share.settled);
        share.excess += Math.max(0, settled - granted);
        share.granted = Math.max(settled, granted);
    }

    @Override
    public Future<Window> windowAt(Budget budget, String subject, long epochMillis) {
        for (ModelWindow known : windows.values()) {
            Window window = known.window;
            if (window.budgetId().equals(budget.id())
                    && window.subject().equals(subject)
                    && window.holds(epochMillis)) {
                return Future.succeededFuture(window);
            }
        }
        Bounds bounds = Bounds.of(budget.period(), Instant.ofEpochMilli(epochMillis));
        Window window = new Window(
                windows.size() + 1L,
                budget.id(),
                subject,
                bounds.start().toEpochMilli(),
                bounds.end().toEpochMilli(),
                budget.measure());
        windows.put(window.id(), new ModelWindow(window, Objects.requireNonNull(amounts.get(budget.id()))));
        return Future.succeededFuture(window);
    }

    @Override
    public Future<Grant> grant(long windowId, long epoch, long call, long need, long want) {
        if (!replica(epoch).live) {
            return Future.succeededFuture(new Grant.Superseded());
        }
        ModelWindow window = windows.get(windowId);
        if (window == null) {
            return Future.succeededFuture(new Grant.Closed());
        }
        ModelShare share = window.share(epoch);
        if (window.closed) {
            if (share.asked && share.call == call && share.given > 0) {
                share.granted -= share.given;
                share.given = 0;
            }
            return Future.succeededFuture(new Grant.Closed());
        }
        if (!share.asked || share.call < call) {
            long free = window.target - window.used();
            long slice = free / (4L * Math.max(1, seen()));
            share.granted = share.asked ? share.granted : Math.max(0, share.settled);
            share.asked = true;
            share.call = call;
            share.given = need > free ? 0 : Math.max(need, slice / 2 < need ? need : Math.min(want, slice));
            share.granted += share.given;
        }
        return Future.succeededFuture(
                share.given > 0
                        ? new Grant.Given(share.given, window.standing())
                        : new Grant.Refused(window.standing()));
    }

    @Override
    public Future<Void> giveBack(long windowId, long epoch, long call, long amount) {
        ModelWindow window = window(windowId);
        ModelShare share = window.share(epoch);
        if (replica(epoch).live && share.asked && share.call < call) {
            if (amount > share.granted) {
                return Future.failedFuture(new IllegalArgumentException("more is given back than was granted"));
            }
            share.granted -= amount;
            share.call = call;
            share.given = -amount;
            window.lowerAmount();
        }
        return Future.succeededFuture();
    }

    @Override
    public Future<Void> recall(long windowId) {
        window(windowId).recalledMillis = clock.millis();
        return Future.succeededFuture();
    }

    @Override
    public Future<Beat> beat(long epoch) {
        ModelReplica replica = replicas.get(epoch);
        if (replica != null && replica.live) {
            replica.seenMillis = clock.millis();
        }
        List<Long> recalled = windows.values().stream()
                .filter(window -> window.recalledMillis > clock.millis() - RECALL_MILLIS
                        && window.shares.containsKey(epoch)
                        && window.share(epoch).granted > 0)
                .map(window -> window.window.id())
                .toList();
        return Future.succeededFuture(new Beat(replica != null && replica.live, (int) seen(), recalled));
    }

    private ModelWindow window(long windowId) {
        return Objects.requireNonNull(windows.get(windowId));
    }

    private ModelReplica replica(long epoch) {
        return Objects.requireNonNull(replicas.get(epoch));
    }

    private long seen() {
        return replicas.values().stream()
                .filter(replica -> replica.live && replica.seenMillis > clock.millis() - SEEN_MILLIS)
                .count();
    }

    Standing standing(long windowId) {
        return window(windowId).standing();
    }

    /** What was granted to a replica, less what it gave back. */
    long granted(long windowId, long epoch) {
        return window(windowId).share(epoch).granted;
    }

    /** What of a window was spent beyond what was held for it. */
    long excess(long windowId) {
        return window(windowId).excess();
    }

    /** What does not fit together, of which there must be nothing. */
    List<String> drift() {
        List<String> found = new ArrayList<>();
        for (ModelWindow window : windows.values()) {
            if (window.used() > window.amount + window.excess()) {
                found.add("used " + window.used() + " of " + window.amount + " and " + window.excess());
            }
            window.shares.forEach((epoch, share) -> {
                if (share.settled > (share.asked ? share.granted : share.excess)) {
                    found.add("replica " + epoch + " settled " + share.settled + " of " + share.granted);
                }
            });
        }
        return found;
    }
}

package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.DemandBoard.Offer;
import dev.tollgate.limits.rate.DemandBoard.Seen;
import io.vertx.core.Future;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * Limits of several replicas without a store that they share: each has a share of every limit, which follows its demand
 * over the last seconds. Idle replicas lend theirs.
 *
 * <p>Once a second a replica says what it needs and claims, and reads what others have said. It stops using what it will
 * not claim any more before it says so, and uses more only when it has said so and then seen that nobody else claims it.
 * So the shares in use never add up to more than the limit, but for: a bucket that a replica sees for the first time,
 * of which it uses an equal share until it has heard of others (at most three seconds); a rest of one part in a thousand of
 * a rate that each replica always has; and what {@link #fallBack} says.
 */
public final class SharedOut implements RateStore {
    /** A replica that has said nothing for so long is dead to others. */
    public static final long DEAD_AFTER_MILLIS = 10_000;

    static final long ROUND_MILLIS = 1_000;

    /** So many buckets are told of in a round, those with the most demand; of the others each replica has an equal share. */
    static final int TOLD_MOST = 1_000;

    /** From so many failed rounds on a replica stops relying on what it has claimed, well before others forget it. */
    private static final int FAILURES_BEARABLE = 4;

    private final DemandBoard board;
    private final String replica;
    private final MemoryRates rates;
    private final Timer timer;
    private final Map<String, Need> needs = new ConcurrentHashMap<>();
    private volatile int replicas = 1;
    private int failures;
    private volatile boolean closed;

    /**
     * @param replica a name that no other living one has
     * @param timer its tasks run one after the other
     */
    public SharedOut(DemandBoard board, String replica, int maxBuckets, LongSupplier nanoTime, Timer timer) {
        this.board = board;
        this.replica = replica;
        this.rates = new MemoryRates(maxBuckets, nanoTime, this::share);
        this.timer = timer;
        timer.in(1, this::round);
    }

    @Override
    public Future<Decision> tryAcquire(List<Charge> charges) {
        for (Charge charge : charges) {
            need(charge.bucket()).ask(charge.cost());
        }
        return rates.tryAcquire(charges);
    }

    @Override
    public Permit note(List<Charge> charges) {
        return rates.note(charges);
    }

    /** The share of a bucket that this replica uses; the whole of one that it knows nothing of. */
    Share share(String key) {
        Need need = needs.get(key);
        return need == null ? Share.WHOLE : need.share();
    }

    /** How many replicas the limits are shared out among, as far as is known. */
    public int replicas() {
        return replicas;
    }

    public void close() {
        closed = true;
    }

    private Need need(Bucket bucket) {
        Need known = needs.get(bucket.key());
        return known != null ? known : needs.computeIfAbsent(bucket.key(), _ -> begin(bucket));
    }

    private Need begin(Bucket bucket) {
        Need need = new Need();
        need.of = parts(bucket);
        need.target = Math.ceilDiv(need.of, replicas);
        need.used = need.target;
        rates.share(bucket.key(), need.share());
        return need;
    }

    private static long parts(Bucket bucket) {
        return bucket.kind() instanceof Concurrency slots
                ? Math.clamp(slots.max(), 1, Share.MOST_PARTS)
                : Share.MOST_PARTS;
    }

    private Share share(Bucket bucket) {
        return need(bucket).share();
    }

    private void round() {
        if (closed) {
            return;
        }
        Map<String, Offer> own = new HashMap<>();
        needs.forEach((key, need) -> {
            long demand = need.endRound(rates.slotsTaken(key));
            if (need.isOver()) {
                needs.remove(key);
                return;
            }
            if (need.target < need.used) {
                use(key, need, need.target);
            }
            need.claimed = need.target;
            own.put(key, new Offer(replica, demand, need.claimed, need.of));
        });
        Map<String, Offer> told = most(own);
        board.exchange(replica, told).onComplete(end -> {
            if (end.succeeded()) {
                failures = 0;
                replicas = end.result().replicas();
                told.forEach((key, offer) -> settle(key, offer, end.result()));
            } else if (++failures == FAILURES_BEARABLE) {
                fallBack();
            }
            timer.in(ROUND_MILLIS, this::round);
        });
    }

    /** Those with the most demand, as many as there is room for. */
    private Map<String, Offer> most(Map<String, Offer> own) {
        if (own.size() <= TOLD_MOST) {
            return own;
        }
        Map<String, Offer> told = new HashMap<>();
        own.entrySet().stream()
                .sorted(Map.Entry.comparingByValue(
                        Comparator.comparingLong(Offer::demand).reversed()))
                .forEach(each -> {
                    if (told.size() < TOLD_MOST) {
                        told.put(each.getKey(), each.getValue());
                    } else {
                        needs.computeIfPresent(each.getKey(), this::alike);
                    }
                });
        return told;
    }

    /** The equal share that each replica has of a bucket that is not told of. */
    private Need alike(String key, Need need) {
        need.target = Math.ceilDiv(need.of, replicas);
        need.known = false;
        use(key, need, need.target);
        return need;
    }

    /** Uses what was claimed as far as nobody else claims it, and decides what to claim next. */
    private void settle(String key, Offer own, Seen seen) {
        Need need = needs.get(key);
        if (need == null) {
            return;
        }
        List<Offer> others = seen.others().getOrDefault(key, List.of());
        long taken = others.stream()
                .mapToLong(other -> Math.ceilDiv(other.claim() * own.of(), other.of()))
                .sum();
        long free = Math.max(0, own.of() - taken);
        long kept = need.known ? Math.min(need.used, own.claim()) : 0;
        need.known = true;
        use(key, need, Math.max(kept, Math.min(own.claim(), free)));
        need.target = Allotment.of(own, others, own.of() == Share.MOST_PARTS ? own.of() / 10 : 0);
    }

    /**
     * Without the board all replicas take equal shares, after some four seconds. A replica that alone cannot reach it goes
     * on with its equal share, while others share out the whole without it, six seconds later.
     */
    private void fallBack() {
        needs.replaceAll(this::alike);
    }

    private void use(String key, Need need, long parts) {
        long least = need.of == Share.MOST_PARTS ? 1 : 0;
        need.used = Math.max(least, parts);
        rates.share(key, need.share());
    }
}

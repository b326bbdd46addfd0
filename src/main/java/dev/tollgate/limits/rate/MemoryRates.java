package dev.tollgate.limits.rate;

import dev.tollgate.limits.rate.Decision.Admitted;
import dev.tollgate.limits.rate.Decision.Refused;
import io.vertx.core.Future;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Buckets in the memory of this process. Answers at once and locks nothing: first all buckets are looked at, so that a
 * refusal charges none; then they are charged one after the other. Where somebody else was faster at one of them, what
 * was charged is taken back and all of it is tried again.
 */
public final class MemoryRates implements RateStore {
    private final Cells cells;
    private final LongSupplier nanoTime;

    /** @param maxBuckets of which about so many are kept; each takes some 150 bytes */
    public MemoryRates(int maxBuckets, LongSupplier nanoTime) {
        this(maxBuckets, nanoTime, _ -> Share.WHOLE);
    }

    /** @param shares of the limits, that new buckets begin with */
    MemoryRates(int maxBuckets, LongSupplier nanoTime, Function<Bucket, Share> shares) {
        this.cells = new Cells(maxBuckets, shares);
        this.nanoTime = nanoTime;
    }

    @Override
    public Future<Decision> tryAcquire(List<Charge> charges) {
        return Future.succeededFuture(decide(charges));
    }

    @Override
    public Permit note(List<Charge> charges) {
        long now = nanoTime.getAsLong();
        List<Charge> slots = charges.stream()
                .filter(charge -> charge.bucket().kind() instanceof Concurrency)
                .toList();
        Cell[] noted = new Cell[slots.size()];
        for (int i = 0; i < noted.length; i++) {
            do {
                noted[i] = cells.of(slots.get(i).bucket(), now);
            } while (!((SlotCell) noted[i]).force(slots.get(i).cost()));
        }
        return new MemoryPermit(this, slots, noted, noted);
    }

    /** From now on there is so much of a bucket's limit here. One that is not kept begins with its share. */
    void share(String key, Share share) {
        Cell cell = cells.known(key);
        if (cell != null) {
            cell.share(share, nanoTime.getAsLong());
        }
    }

    /** How many slots of a bucket are taken. */
    long slotsTaken(String key) {
        return cells.known(key) instanceof SlotCell cell ? Math.max(0, cell.get()) : 0;
    }

    /** How many buckets are kept. */
    public int buckets() {
        return cells.size();
    }

    /** The same, for those who know that they ask memory. */
    Decision decide(List<Charge> charges) {
        long now = nanoTime.getAsLong();
        Cell[] asked = new Cell[charges.size()];
        Object[] taken = new Object[asked.length];
        while (true) {
            Refused refused = look(charges, asked, taken, now);
            if (refused != null) {
                return refused;
            }
            if (takeAll(charges, asked, taken, now)) {
                return new Admitted(
                        new MemoryPermit(this, charges, asked, taken),
                        standings(charges, asked, taken, now),
                        beyond(taken));
            }
        }
    }

    /** Where a charge that does not bind would be refused, that stands in the place of what is taken. */
    private @Nullable Refused look(List<Charge> charges, Cell[] asked, @Nullable Object[] taken, long now) {
        for (int i = 0; i < asked.length; i++) {
            Charge charge = charges.get(i);
            asked[i] = cells.of(charge.bucket(), now);
            Refused refused = asked[i].refusal(i, charge, now);
            if (refused != null && charge.binds()) {
                return refused;
            }
            taken[i] = refused;
        }
        return null;
    }

    private static boolean takeAll(List<Charge> charges, Cell[] asked, @Nullable Object[] taken, long now) {
        for (int i = 0; i < asked.length; i++) {
            if (taken[i] instanceof Refused) {
                continue;
            }
            Object one = asked[i].take(charges.get(i), now);
            if (one == null) {
                undo(i, charges, asked, taken, now);
                return false;
            }
            taken[i] = one;
        }
        return true;
    }

    private static void undo(int count, List<Charge> charges, Cell[] asked, @Nullable Object[] taken, long now) {
        for (int i = count - 1; i >= 0; i--) {
            Object one = taken[i];
            if (one != null && !(one instanceof Refused)) {
                asked[i].undo(charges.get(i), one, now);
            }
        }
    }

    private static List<Standing> standings(List<Charge> charges, Cell[] asked, Object[] taken, long now) {
        Standing[] standings = new Standing[asked.length];
        for (int i = 0; i < asked.length; i++) {
            standings[i] = taken[i] instanceof Refused refused
                    ? refused.standing()
                    : asked[i].standing(charges.get(i), taken[i], now);
        }
        return List.of(standings);
    }

    private static List<Integer> beyond(Object[] taken) {
        List<Integer> beyond = List.of();
        for (int i = 0; i < taken.length; i++) {
            if (taken[i] instanceof Refused) {
                beyond = beyond.isEmpty() ? new ArrayList<>(2) : beyond;
                beyond.add(i);
            }
        }
        return beyond;
    }

    /** Gives back so much of what a charge took. */
    void giveBack(RateCell cell, long cost, Gcra taken) {
        cell.giveBack(cost, taken, nanoTime.getAsLong());
    }

    /** Charges a rate, conforming or not. */
    void force(Bucket bucket, long cost) {
        long now = nanoTime.getAsLong();
        while (!((RateCell) cells.of(bucket, now)).force(cost, now)) {
            // It was evicted at this moment; there is a new one.
        }
    }
}

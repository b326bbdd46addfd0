package dev.tollgate.limits.rate.redis;

import dev.tollgate.limits.rate.Charge;
import dev.tollgate.limits.rate.Permit;
import dev.tollgate.limits.rate.Rate;
import dev.tollgate.limits.rate.redis.Leases.Lease;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/** What a request has of buckets in Redis. */
final class RedisPermit implements Permit {
    private final RedisRates rates;
    private final List<Charge> charges;
    private final long atMicros;
    private final long[] levels;
    private final long[] given;
    private final boolean[] corrected;
    private final List<Lease> held = new ArrayList<>(2);
    private final AtomicBoolean released = new AtomicBoolean();

    RedisPermit(RedisRates rates, List<Charge> charges, long atMicros) {
        this.rates = rates;
        this.charges = charges;
        this.atMicros = atMicros;
        this.levels = new long[charges.size()];
        this.given = new long[charges.size()];
        this.corrected = new boolean[charges.size()];
    }

    /** Notes how a bucket stood after the charge. */
    void charged(int charge, long level, long givenBack) {
        levels[charge] = level;
        given[charge] = givenBack;
    }

    /** Notes that a charge was not made: there is nothing to correct. */
    void leftOut(int charge) {
        corrected[charge] = true;
    }

    void holds(Lease lease) {
        held.add(lease);
    }

    @Override
    public void correct(int index, long actualCost) {
        Charge charge = charges.get(index);
        long more = actualCost - charge.cost();
        if (corrected[index] || !(charge.bucket().kind() instanceof Rate rate)) {
            return;
        }
        corrected[index] = true;
        if (more != 0) {
            rates.correct(charge.bucket(), rate, more, atMicros, levels[index], given[index]);
        }
    }

    @Override
    public void release() {
        if (!held.isEmpty() && released.compareAndSet(false, true)) {
            rates.release(held);
        }
    }
}

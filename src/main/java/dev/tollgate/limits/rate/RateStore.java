package dev.tollgate.limits.rate;

import io.vertx.core.Future;
import java.util.List;

/** Where buckets are kept. Safe for use by many threads. */
public interface RateStore {

    /**
     * Charges everything or nothing, without waiting for slots. The buckets of one call are different ones. Fails only
     * where the store cannot be asked; nothing is charged then, or it is given back.
     */
    Future<Decision> tryAcquire(List<Charge> charges);

    /**
     * Notes slots that another store has admitted, even beyond the limit, until the permit is released. Rates are not
     * charged.
     */
    Permit note(List<Charge> charges);
}

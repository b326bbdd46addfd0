package dev.tollgate.limits.rate;

/** What an admitted request has of its limits, until it ends. Used by one thread at a time. */
public interface Permit {

    /**
     * Replaces what was charged by what it was in the end: tokens that were estimated, 0 for a request that was answered
     * from the cache. Less is given back as far as it has not flowed off by itself; more may put the bucket into debt.
     * The second time it does nothing; nor does it for slots.
     *
     * @param charge which of the charges
     */
    void correct(int charge, long actualCost);

    /** Gives the slots back. To be called at every end of a request; the second time it does nothing. */
    void release();
}

package dev.tollgate.limits.rate;

import java.util.List;

/** What the limits say to the charges of a request: all of those that bind, or none. */
public sealed interface Decision {

    /**
     * Everything was charged, but for what was too much and does not bind.
     *
     * @param standings those after it, in the order of the charges
     * @param beyond which of the charges were left out, as they would have been refused
     */
    record Admitted(Permit permit, List<Standing> standings, List<Integer> beyond) implements Decision {}

    /**
     * Nothing was charged.
     *
     * @param charge which of the charges was refused: the first that binds, where several would have been
     * @param retryAfterMillis after which it would be admitted if nothing else came; a guess for {@code CONCURRENCY}; 0
     *     for {@code LARGER_THAN_LIMIT}, which time does not help
     */
    record Refused(int charge, Reason reason, long retryAfterMillis, Standing standing) implements Decision {}

    /** Why a charge was refused. */
    enum Reason {
        /** Too much came before it. */
        RATE,
        /** All slots are taken. */
        CONCURRENCY,
        /** It costs more than the bucket ever has. */
        LARGER_THAN_LIMIT
    }
}

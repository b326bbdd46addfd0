package dev.tollgate.limits.budget;

/** What can be done wrong. The simulation has to find each, or it proves nothing. */
enum Mutation {
    NONE,
    /** A grant decides by what was used before it had the window's lock. */
    GRANTS_FROM_A_SNAPSHOT,
    /** A repeated call is done again. */
    CALLS_WITHOUT_NUMBERS,
    /** A hold is given back before what was spent of it is known. */
    RELEASES_BEFORE_SETTLING,
    /** A recalled share is given back, and used all the same. */
    GIVES_BACK_WITHOUT_TAKING_OUT,
    /** What may have been spent is free again. */
    FORGETS_DOUBT,
    /** What an entry cost that can't be booked counts nowhere. */
    FORGETS_QUARANTINE,
    /** A new run takes back shares before it has booked what the one before had spent. */
    RELEASES_BEFORE_REPLAY
}

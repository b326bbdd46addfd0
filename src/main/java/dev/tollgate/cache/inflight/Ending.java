package dev.tollgate.cache.inflight;

/** How a shared answer ended that went on as it came. */
public enum Ending {
    COMPLETE,
    /** Before its time, and its last bytes say so. */
    CUT_OFF,
    /** Before its time, and nothing in it says so: whoever takes it has to see it break off. */
    BROKEN_OFF
}

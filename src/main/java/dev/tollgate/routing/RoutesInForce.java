package dev.tollgate.routing;

/** The routes in force: those of the file and those of the database. Replaced by one thread at a time, read by all. */
public final class RoutesInForce {
    private Routes stored = Routes.NONE;
    private Routes declared = Routes.NONE;
    private volatile Routes all = Routes.NONE;

    public Routes routes() {
        return all;
    }

    /** What {@code tollgate.yaml} declares, which beats what is stored. */
    public synchronized Routes declared() {
        return declared;
    }

    public synchronized void declare(Routes next) {
        declared = next;
        all = stored.with(declared);
    }

    public synchronized void store(Routes next) {
        stored = next;
        all = stored.with(declared);
    }
}

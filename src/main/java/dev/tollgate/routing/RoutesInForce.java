package dev.tollgate.routing;

/**
 * The routes in force: those of the database, and those of a file over them. Safe for threads; requests look once and go
 * by what they have seen.
 */
public final class RoutesInForce {
    private Routes stored = Routes.NONE;
    private volatile Declaration declaration = Declaration.NONE;
    private volatile Routes all = Routes.NONE;

    public Routes routes() {
        return all;
    }

    /** What the file declares. */
    public Declaration declaration() {
        return declaration;
    }

    /** Puts what a file declares in force, in place of what it declared before. */
    public synchronized void declare(Declaration next) {
        declaration = next;
        all = stored.with(next.routes());
    }

    /** Puts what the database has in force. */
    public synchronized void replaceStored(Routes next) {
        stored = next;
        all = next.with(declaration.routes());
    }

    /** What the database has. */
    public synchronized Routes stored() {
        return stored;
    }
}

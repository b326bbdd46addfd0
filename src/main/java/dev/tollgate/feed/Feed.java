package dev.tollgate.feed;

import io.vertx.core.Future;

/**
 * Something in memory that follows the database. What is there has a version, which every change raises; a reading takes
 * in what is newer than the version that is known. Safe for threads.
 */
public interface Feed {
    /** Of what: the column of its version in the database's view {@code versions}. */
    String name();

    /** The version that is in force in this process; 0 before the first reading. */
    long version();

    /**
     * Completes when every change that was committed before this call is in force in this process, with how many rows were
     * read. Calls that come while one is under way share the one after it.
     */
    Future<Integer> refresh();

    /** Whether a reading is under way. */
    boolean isRefreshing();

    /** Is told that it is asked now whether there is something newer; what it answers is run where there is not. */
    default Runnable asks() {
        return () -> {};
    }
}

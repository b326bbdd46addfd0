package dev.tollgate.feed;

import io.vertx.core.Future;

/** A feed with readings one at a time, and what all feeds do with versions. Safe for threads. */
public abstract class VersionedFeed implements Feed {
    private final String name;
    private final Readings readings = new Readings(this::readNews);
    private long version;

    protected VersionedFeed(String name) {
        this.name = name;
    }

    @Override
    public final String name() {
        return name;
    }

    @Override
    public final synchronized long version() {
        return version;
    }

    @Override
    public final Future<Integer> refresh() {
        return readings.next();
    }

    @Override
    public final boolean isRefreshing() {
        return readings.isUnderWay();
    }

    /** Takes in what is newer than the version that is known; completes with how many rows that were. */
    protected abstract Future<Integer> readNews();

    /** Forgets everything, because it will be read again. What is in force stays so until then. */
    protected void forget() {}

    /**
     * Whether the version that the database has is the one that is known. One that has gone back is that of a database which
     * has lost changes: everything is read again then.
     */
    protected final synchronized boolean isKnown(long newest) {
        if (newest < version) {
            version = 0;
            forget();
        }
        return newest == version;
    }

    /** Says that everything up to a version is in force. */
    protected final synchronized void known(long newest) {
        version = newest;
    }
}

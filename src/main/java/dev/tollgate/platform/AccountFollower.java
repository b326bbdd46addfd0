package dev.tollgate.platform;

import dev.tollgate.provider.pg.AccountFeed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jboss.logging.Logger;

/** Follows the accounts in the database: every change within half a second. */
final class AccountFollower {
    private static final Logger LOG = Logger.getLogger(AccountFollower.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final AccountFeed feed;
    private boolean complained;
    private volatile boolean stopped;

    AccountFollower(Vertx vertx, AccountFeed feed) {
        this.vertx = vertx;
        this.feed = feed;
    }

    /** Reads everything once, so that no request goes over another account than it should, and goes on following. */
    Future<Void> follow() {
        return feed.refresh().onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> look()));
    }

    void stop() {
        stopped = true;
    }

    private void look() {
        if (!stopped) {
            feed.follow().onSuccess(_ -> complained = false).onFailure(this::complain);
        }
    }

    /** Once per outage, not once per try. */
    private void complain(Throwable failure) {
        if (!complained && !stopped) {
            LOG.warnf("Changes of accounts can't be read; the last known ones hold: %s", failure.getMessage());
        }
        complained = true;
    }
}

package dev.tollgate.platform;

import dev.tollgate.settings.pg.SettingsFeed;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import org.jboss.logging.Logger;

/** Follows the settings of features in the database: every change within half a second. */
final class SettingsFollower {
    private static final Logger LOG = Logger.getLogger(SettingsFollower.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final SettingsFeed feed;
    private boolean complained;
    private volatile boolean stopped;

    SettingsFollower(Vertx vertx, SettingsFeed feed) {
        this.vertx = vertx;
        this.feed = feed;
    }

    /** Reads everything once, without which no request may be let through, and goes on following. */
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
            LOG.warnf("Changes of settings can't be read; the last known ones hold: %s", failure.getMessage());
        }
        complained = true;
    }
}

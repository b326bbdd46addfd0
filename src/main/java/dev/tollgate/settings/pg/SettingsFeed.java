package dev.tollgate.settings.pg;

import dev.tollgate.feed.Feed;
import dev.tollgate.feed.Readings;
import dev.tollgate.settings.FeatureSettings;
import dev.tollgate.settings.OrganizationSettings;
import dev.tollgate.settings.Place;
import dev.tollgate.settings.SettingsInForce;
import dev.tollgate.settings.SettingsVersion;
import io.vertx.core.Future;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Follows the settings in PostgreSQL into memory: all of them at first, then all of each organization in which something
 * was changed. Safe for threads.
 */
public final class SettingsFeed implements Feed {
    private final PgSettings store;
    private final SettingsInForce settings;
    private final Readings readings = new Readings(this::readNews);
    private long version;

    public SettingsFeed(PgSettings store, SettingsInForce settings) {
        this.store = store;
        this.settings = settings;
    }

    @Override
    public String name() {
        return "settings";
    }

    @Override
    public synchronized long version() {
        return version;
    }

    @Override
    public Future<Integer> refresh() {
        return readings.next();
    }

    @Override
    public boolean isRefreshing() {
        return readings.isUnderWay();
    }

    private Future<Integer> readNews() {
        return store.last()
                .compose(last -> last == after(last)
                        ? Future.succeededFuture(0)
                        : store.changedAfter(version()).map(rows -> {
                            take(last, rows);
                            return rows.size();
                        }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** The version to read on from; one that has gone back is that of a database which has lost changes: all is read again. */
    private synchronized long after(long last) {
        if (last < version) {
            version = 0;
        }
        return version;
    }

    /**
     * The rows may have later changes in them than the version says, which are read again with the next look. What came so
     * late that a newer reading has overtaken it is known already.
     */
    private synchronized void take(long last, List<SettingsVersion> rows) {
        if (last <= version) {
            return;
        }
        Map<String, Map<Place, FeatureSettings>> organizations = new HashMap<>();
        for (SettingsVersion row : rows) {
            Map<Place, FeatureSettings> set = organizations.computeIfAbsent(row.organizationId(), _ -> new HashMap<>());
            if (row.settings() != null) {
                set.put(row.place(), row.settings());
            }
        }
        organizations.forEach((id, set) -> settings.replace(id, new OrganizationSettings(set)));
        version = last;
    }
}

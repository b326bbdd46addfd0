package dev.tollgate.settings.pg;

import dev.tollgate.feed.Readings;
import dev.tollgate.feed.VersionedFeed;
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
public final class SettingsFeed extends VersionedFeed {
    private final PgSettings store;
    private final SettingsInForce settings;

    public SettingsFeed(PgSettings store, SettingsInForce settings) {
        super("settings");
        this.store = store;
        this.settings = settings;
    }

    @Override
    protected Future<Integer> readNews() {
        return store.last()
                .compose(last -> isKnown(last)
                        ? Future.succeededFuture(0)
                        : store.changedAfter(version()).map(rows -> {
                            take(last, rows);
                            return rows.size();
                        }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /**
     * The rows may have later changes in them than the version says, which are read again with the next look. What came so
     * late that a newer reading has overtaken it is known already.
     */
    private synchronized void take(long last, List<SettingsVersion> rows) {
        if (last <= version()) {
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
        known(last);
    }
}

package dev.tollgate.settings.pg;

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
 * was changed. Safe for threads; one reading at a time.
 */
public final class SettingsFeed {
    private static final long PATIENCE_SECONDS = 10;

    private final PgSettings store;
    private final SettingsInForce settings;
    private long version;
    private Future<Void> reading = Future.succeededFuture();

    public SettingsFeed(PgSettings store, SettingsInForce settings) {
        this.store = store;
        this.settings = settings;
    }

    /** Completes when every change that was committed before this call is in force in this process. */
    public synchronized Future<Void> refresh() {
        reading = reading.otherwiseEmpty().compose(_ -> readNews());
        return reading;
    }

    /** The same for who asks again and again: joins the reading that is under way. */
    public synchronized Future<Void> follow() {
        return reading.isComplete() ? refresh() : reading;
    }

    private Future<Void> readNews() {
        return store.last()
                .compose(last -> last == version
                        ? Future.<Void>succeededFuture()
                        : store.changedAfter(version).<Void>map(rows -> {
                            take(last, rows);
                            return null;
                        }))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
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

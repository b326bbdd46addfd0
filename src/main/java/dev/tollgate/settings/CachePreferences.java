package dev.tollgate.settings;

import io.vertx.core.json.JsonObject;
import java.util.Locale;

/**
 * Which answers may be given again. Kept and narrowed now; it has its effect when Tollgate caches.
 *
 * @param reuse from the narrowest on
 */
public record CachePreferences(Reuse reuse) {
    static final Form<CachePreferences> FORM = new Form<>(
            json -> new CachePreferences(
                    Reuse.valueOf(((JsonObject) json).getString("reuse").toUpperCase(Locale.ROOT))),
            cache -> new JsonObject().put("reuse", cache.reuse.label()));

    /** Which requests may be answered with what another one was answered. */
    public enum Reuse {
        /** None. */
        OFF,
        /** Those that are the same. */
        EXACT,
        /** Those that ask the same in other words, too. */
        SIMILAR;

        public String label() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    @Override
    public String toString() {
        return reuse.label();
    }
}

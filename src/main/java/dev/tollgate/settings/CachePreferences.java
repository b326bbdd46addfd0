package dev.tollgate.settings;

import io.vertx.core.json.JsonObject;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Which answers may be given again, and to whom. What is null is as it is set for all.
 *
 * @param reuse from the narrowest on
 * @param requests which requests may be given an answer again
 * @param ttlSeconds how long an answer may be given again
 * @param bytesMax the largest answer that is kept
 * @param sharing who shares answers
 * @param version nothing is found that was kept under another one; a client's and its organization's are added up
 */
public record CachePreferences(
        @Nullable Reuse reuse,
        @Nullable Requests requests,
        @Nullable Long ttlSeconds,
        @Nullable Long bytesMax,
        @Nullable Sharing sharing,
        @Nullable Long version) {
    public static final long TTL_MAX = 31_536_000;
    public static final long BYTES_MAX = 64L << 20;
    public static final long VERSION_MAX = 1_000_000_000;

    static final String EXPECTED =
            "ttl_seconds 1 to " + TTL_MAX + ", max_bytes 1 to " + BYTES_MAX + ", version 0 to " + VERSION_MAX;

    static final Form<CachePreferences> FORM = new Form<>(json -> read((JsonObject) json), CachePreferences::toJson);

    static final Narrowing<CachePreferences> NARROWING =
            new Narrowing<>((wide, narrow) -> narrow.isWithin(wide), CachePreferences::and, wide -> "at most " + wide);

    /** Which requests may be answered with what another one was answered. */
    public enum Reuse {
        /** None. */
        OFF,
        /** Those that are the same. */
        EXACT,
        /** Those that ask the same in other words, too. */
        SIMILAR;

        public String label() {
            return labelOf(this);
        }
    }

    /** Which requests may be given an answer again; each includes those before it. */
    public enum Requests {
        /** Those whose answer is meant to be always the same, and that offer no tools. */
        DETERMINISTIC,
        ALL;

        public String label() {
            return labelOf(this);
        }
    }

    /** Who shares answers; each is wider than the one before it. */
    public enum Sharing {
        CLIENT,
        ORGANIZATION,
        /** The organizations of the pool that the organization was put into. */
        POOL;

        public String label() {
            return labelOf(this);
        }
    }

    /** Says nothing but how far answers are used again. */
    public static CachePreferences of(Reuse reuse) {
        return new CachePreferences(reuse, null, null, null, null, null);
    }

    boolean isValid() {
        return isIn(1, ttlSeconds, TTL_MAX) && isIn(1, bytesMax, BYTES_MAX) && isIn(0, version, VERSION_MAX);
    }

    private static boolean isIn(long least, @Nullable Long value, long most) {
        return value == null || (value >= least && value <= most);
    }

    private boolean isWithin(CachePreferences wide) {
        return isAtMost(reuse, wide.reuse)
                && isAtMost(requests, wide.requests)
                && isAtMost(ttlSeconds, wide.ttlSeconds)
                && isAtMost(bytesMax, wide.bytesMax)
                && isAtMost(sharing, wide.sharing);
    }

    private static <T extends Comparable<? super T>> boolean isAtMost(@Nullable T narrow, @Nullable T wide) {
        return narrow == null || wide == null || narrow.compareTo(wide) <= 0;
    }

    private CachePreferences and(CachePreferences narrow) {
        return new CachePreferences(
                both(reuse, narrow.reuse, CachePreferences::least),
                both(requests, narrow.requests, CachePreferences::least),
                both(ttlSeconds, narrow.ttlSeconds, CachePreferences::least),
                both(bytesMax, narrow.bytesMax, CachePreferences::least),
                both(sharing, narrow.sharing, CachePreferences::least),
                both(version, narrow.version, Long::sum));
    }

    private static <T> @Nullable T both(@Nullable T wide, @Nullable T narrow, BinaryOperator<T> and) {
        return wide == null ? narrow : narrow == null ? wide : and.apply(wide, narrow);
    }

    private static <T extends Comparable<? super T>> T least(T a, T b) {
        return a.compareTo(b) <= 0 ? a : b;
    }

    private static CachePreferences read(JsonObject json) {
        return new CachePreferences(
                word(json, "reuse", Reuse.class),
                word(json, "requests", Requests.class),
                json.getLong("ttl_seconds"),
                json.getLong("max_bytes"),
                word(json, "sharing", Sharing.class),
                json.getLong("version"));
    }

    private static <E extends Enum<E>> @Nullable E word(JsonObject json, String name, Class<E> type) {
        String label = json.getString(name);
        return label == null ? null : Enum.valueOf(type, label.toUpperCase(Locale.ROOT));
    }

    private JsonObject toJson() {
        JsonObject json = new JsonObject();
        put(json, "reuse", reuse == null ? null : reuse.label());
        put(json, "requests", requests == null ? null : requests.label());
        put(json, "ttl_seconds", ttlSeconds);
        put(json, "max_bytes", bytesMax);
        put(json, "sharing", sharing == null ? null : sharing.label());
        put(json, "version", version);
        return json;
    }

    private static void put(JsonObject json, String name, @Nullable Object value) {
        if (value != null) {
            json.put(name, value);
        }
    }

    private static String labelOf(Enum<?> word) {
        return word.name().toLowerCase(Locale.ROOT);
    }

    @Override
    public String toString() {
        List<String> parts = new ArrayList<>();
        toJson().forEach(member -> parts.add(
                member.getKey().equals("reuse")
                        ? Objects.toString(member.getValue())
                        : member.getKey() + " " + member.getValue()));
        return String.join(", ", parts);
    }
}

package dev.tollgate.cache;

import java.util.Arrays;
import java.util.HexFormat;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which answers are meant: those for which all holds that is given. Null stands for any.
 *
 * @param organizationId whose scopes, and whose answers in pools
 * @param clientId whose scopes; an organization's other scopes are not meant then
 * @param pool the name of a pool
 * @param route that was taken
 * @param model as asked, run or served
 * @param storedBeforeMillis answers older than that, in milliseconds of the epoch
 * @param digest of one key, in hexadecimal
 */
public record CacheSelection(
        @Nullable String organizationId,
        @Nullable String clientId,
        @Nullable String pool,
        @Nullable String route,
        @Nullable String model,
        @Nullable Long storedBeforeMillis,
        @Nullable String digest) {

    /** Every answer there is. */
    public static final CacheSelection ALL = new CacheSelection(null, null, null, null, null, null, null);

    /** The same, but for those stored before that time alone; null for whenever they were. */
    public CacheSelection storedBefore(@Nullable Long millis) {
        return new CacheSelection(organizationId, clientId, pool, route, model, millis, digest);
    }

    public boolean matches(CacheKey key, CachedAnswer answer) {
        return matches(key.scope(), answer.origin().organizationId())
                && (digest == null || Arrays.equals(HexFormat.of().parseHex(digest), key.digest()))
                && matches(answer.origin())
                && (storedBeforeMillis == null || answer.storedAtMillis() < storedBeforeMillis);
    }

    private boolean matches(CacheScope scope, String paidBy) {
        String owner = scope.isPool() ? paidBy : scope.organizationId();
        return (organizationId == null || organizationId.equals(owner))
                && (clientId == null || clientId.equals(scope.clientId()))
                && (pool == null || scope.equals(CacheScope.ofPool(pool)));
    }

    private boolean matches(CachedAnswer.Origin origin) {
        return (route == null || route.equals(origin.route()))
                && (model == null
                        || Objects.equals(model, origin.modelAsked())
                        || Objects.equals(model, origin.modelRun())
                        || Objects.equals(model, origin.modelServed()));
    }
}

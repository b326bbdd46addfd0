package dev.tollgate.limits.pg;

import dev.tollgate.access.pg.Change;
import io.vertx.core.Future;
import io.vertx.sqlclient.Tuple;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Finds whose somebody is who is to own a rule or a stop. */
public final class Owners {
    private static final String KEY = "key_";

    private Owners() {}

    /**
     * An owner that there is.
     *
     * @param organizationId null of what no organization has
     * @param ended whether it was archived or revoked
     */
    public record Found(@Nullable String organizationId, boolean ended) {}

    /** @param owner as in the database and in the API; what is not kept there, such as an account, is taken as given */
    public static Future<Optional<Found>> find(Change change, String owner, String ownerId) {
        if (!RuleRows.isPlain(ownerId) || (owner.equals("key") && !ownerId.startsWith(KEY))) {
            return Future.succeededFuture(Optional.empty());
        }
        return switch (owner) {
            case "tier" -> read(change, "select null, archived_at is not null from tier where name = $1", ownerId);
            case "organization" ->
                read(change, "select id, archived_at is not null from organization where id = $1", ownerId);
            case "client" ->
                read(change, "select organization_id, archived_at is not null from client where id = $1", ownerId);
            case "key" ->
                read(
                        change,
                        "select organization_id, revoked_at is not null from api_key where public_id = $1",
                        ownerId.substring(KEY.length()));
            default -> Future.succeededFuture(Optional.of(new Found(null, false)));
        };
    }

    private static Future<Optional<Found>> read(Change change, String sql, String id) {
        return change.connection()
                .preparedQuery(sql)
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(new Found(
                                rows.iterator().next().getString(0),
                                rows.iterator().next().getBoolean(1))));
    }
}

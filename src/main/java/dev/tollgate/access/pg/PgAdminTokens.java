package dev.tollgate.access.pg;

import dev.tollgate.access.AdminToken;
import dev.tollgate.access.Principal;
import dev.tollgate.access.Role;
import dev.tollgate.access.TokenRecord;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Admin tokens in PostgreSQL. Each use asks the database, so that a revocation is in force at once, everywhere. */
public final class PgAdminTokens {
    private static final String COLUMNS =
            "id, name, role, organization_id, created_at, created_by, expires_at, revoked_at, last_used_at, version";

    private final Pool pool;

    public PgAdminTokens(Pool pool) {
        this.pool = pool;
    }

    /** Whose token this is, unless it is unknown, revoked or expired. Its use is noted, to the minute. */
    public Future<Optional<Principal>> identify(AdminToken token, Instant now, String remoteAddress) {
        return pool.preparedQuery("select " + COLUMNS + ", sha256 from admin_token where id = $1")
                .execute(Tuple.of(token.id()))
                .compose(rows -> {
                    if (rows.size() == 0) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    Row row = rows.iterator().next();
                    TokenRecord known = token(row);
                    boolean right = MessageDigest.isEqual(row.getBuffer(10).getBytes(), token.sha256());
                    if (!right || known.revokedAt() != null || isOver(known.expiresAt(), now)) {
                        return Future.succeededFuture(Optional.empty());
                    }
                    return noteUse(known, now)
                            .map(Optional.of(new Principal(
                                    known.id(), known.name(), known.role(), known.organizationId(), remoteAddress)));
                });
    }

    /** Creates a token within a change. */
    public Future<TokenRecord> create(
            Change change,
            AdminToken token,
            String name,
            Role role,
            @Nullable String organizationId,
            @Nullable Instant expiresAt) {
        return change.connection()
                .preparedQuery("""
                        insert into admin_token (id, name, role, organization_id, sha256, created_by, expires_at)
                        values ($1, $2, $3, $4, $5, $6, $7) returning
                        """ + COLUMNS)
                .execute(Tuple.from(new @Nullable Object[] {
                    token.id(),
                    name,
                    role.label(),
                    organizationId,
                    Buffer.buffer(token.sha256()),
                    change.principal().id(),
                    expiresAt == null ? null : expiresAt.atOffset(ZoneOffset.UTC)
                }))
                .map(rows -> token(rows.iterator().next()));
    }

    /** The token, locked until the change ends. */
    public Future<Optional<TokenRecord>> lock(Change change, String id) {
        return change.connection()
                .preparedQuery("select " + COLUMNS + " from admin_token where id = $1 for update")
                .execute(Tuple.of(id))
                .map(PgAdminTokens::first);
    }

    /** Revokes a token for good. */
    public Future<TokenRecord> revoke(Change change, String id) {
        return change.connection()
                .preparedQuery(
                        "update admin_token set revoked_at = now(), version = version + 1 where id = $1 returning "
                                + COLUMNS)
                .execute(Tuple.of(id))
                .map(rows -> token(rows.iterator().next()));
    }

    public Future<Optional<TokenRecord>> find(String id) {
        return Database.answer(pool.preparedQuery("select " + COLUMNS + " from admin_token where id = $1")
                .execute(Tuple.of(id))
                .map(PgAdminTokens::first));
    }

    /**
     * Tokens in the order of their ids.
     *
     * @param organizationId whose, or null for all
     * @param after the last id of the page before, or an empty text
     */
    public Future<List<TokenRecord>> list(@Nullable String organizationId, String after, int limit) {
        return Database.answer(pool.preparedQuery("select " + COLUMNS + """
                         from admin_token where id > $1 and ($2::text is null or organization_id = $2)
                        order by id limit $3
                        """)
                .execute(Tuple.of(after, organizationId, limit))
                .map(rows -> {
                    List<TokenRecord> tokens = new ArrayList<>(rows.size());
                    rows.forEach(row -> tokens.add(token(row)));
                    return tokens;
                }));
    }

    /** Whether there is such an organization. */
    public Future<Boolean> hasOrganization(Change change, String organizationId) {
        return change.connection()
                .preparedQuery("select from organization where id = $1 for share")
                .execute(Tuple.of(organizationId))
                .map(rows -> rows.size() == 1);
    }

    private Future<Void> noteUse(TokenRecord token, Instant now) {
        if (token.lastUsedAt() != null && token.lastUsedAt().isAfter(now.minusSeconds(60))) {
            return Future.succeededFuture();
        }
        return pool.preparedQuery("update admin_token set last_used_at = $2 where id = $1")
                .execute(Tuple.of(token.id(), now.atOffset(ZoneOffset.UTC)))
                .mapEmpty();
    }

    private static boolean isOver(@Nullable Instant expiresAt, Instant now) {
        return expiresAt != null && !now.isBefore(expiresAt);
    }

    private static Optional<TokenRecord> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(token(rows.iterator().next()));
    }

    private static TokenRecord token(Row row) {
        return new TokenRecord(
                row.getString(0),
                row.getString(1),
                Role.of(row.getString(2)).orElseThrow(),
                row.getString(3),
                row.getOffsetDateTime(4).toInstant(),
                row.getString(5),
                instant(row.getOffsetDateTime(6)),
                instant(row.getOffsetDateTime(7)),
                instant(row.getOffsetDateTime(8)),
                row.getLong(9));
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}

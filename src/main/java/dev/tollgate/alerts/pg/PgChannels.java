package dev.tollgate.alerts.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.alerts.Channel;
import dev.tollgate.alerts.Target.Email;
import dev.tollgate.alerts.Target.Locked;
import dev.tollgate.alerts.Target.Webhook;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Channels in PostgreSQL. */
public final class PgChannels {
    private static final String SELECT =
            "select " + AlertRows.CHANNEL + " from alert_channel c where c.deleted_at is null";
    private static final String RETURNING = " returning " + AlertRows.CHANNEL;

    private final Pool pool;
    private final Vault vault;

    /** @param vault seals URLs and secrets; where it is locked they are stored as they are */
    public PgChannels(Pool pool, Vault vault) {
        this.pool = pool;
        this.vault = vault;
    }

    /** What is sealed of channels. */
    public static List<SealedColumn> sealedColumns() {
        return AlertRows.SEALED;
    }

    /**
     * Channels by their ids.
     *
     * @param organizationId of this one alone; null is all, the platform's included
     * @param after the id that the page before ended with, or an empty text
     */
    public Future<List<Channel>> list(@Nullable String organizationId, String after, int limit) {
        return Database.answer(pool.preparedQuery(SELECT
                        + " and ($1::text is null or c.organization_id = $1) and c.id > $2 order by c.id limit $3")
                .execute(Tuple.of(organizationId, after, limit))
                .map(rows -> {
                    List<Channel> channels = new ArrayList<>(rows.size());
                    rows.forEach(row -> channels.add(AlertRows.channel(row, vault)));
                    return channels;
                }));
    }

    public Future<Optional<Channel>> find(String id) {
        return Database.answer(pool.preparedQuery(SELECT + " and c.id = $1")
                .execute(Tuple.of(id))
                .map(this::first));
    }

    /** The channel, locked until the change ends. */
    public Future<Optional<Channel>> lock(Change change, String id) {
        return change.connection()
                .preparedQuery(SELECT + " and c.id = $1 for update")
                .execute(Tuple.of(id))
                .map(this::first);
    }

    /** How many the organization has, or the platform where it is null; empty where there is no such organization. */
    public Future<Optional<Long>> count(Change change, @Nullable String organizationId) {
        return change.connection()
                .preparedQuery("""
                        select (select count(*) from alert_channel
                                where deleted_at is null and organization_id is not distinct from $1)
                        where $1::text is null
                           or exists (select from organization where id = $1 and archived_at is null for share)
                        """)
                .execute(Tuple.of(organizationId))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getLong(0)));
    }

    public Future<Channel> create(Change change, Channel channel) {
        return write(change, """
                insert into alert_channel as c (id, name, type, includes_organizations, kinds, severity_min, enabled, url,
                    secret, previous_secret, previous_secret_expires_at, addresses, organization_id)
                values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)
                """, channel);
    }

    /** Stores a channel that was locked; its id and whose it is stay. */
    public Future<Channel> update(Change change, Channel channel) {
        return write(change, """
                update alert_channel c
                set name = $2, type = $3, includes_organizations = $4, kinds = $5, severity_min = $6, enabled = $7,
                    url = $8, secret = $9, previous_secret = $10, previous_secret_expires_at = $11, addresses = $12,
                    updated_at = now(), version = version + 1
                where id = $1 and organization_id is not distinct from $13
                """, channel);
    }

    /** Deletes a channel: its secrets are gone, what waits for it is cancelled, the log of its deliveries stays. */
    public Future<Void> delete(Change change, String id) {
        return change.connection().preparedQuery("""
                        with cancelled as (
                            update alert_delivery set state = 'cancelled', ended_at = now()
                            where channel_id = $1 and state = 'waiting')
                        update alert_channel
                        set deleted_at = now(), enabled = false, url = null, secret = null, previous_secret = null,
                            previous_secret_expires_at = null, addresses = null, version = version + 1
                        where id = $1
                        """).execute(Tuple.of(id)).mapEmpty();
    }

    private Future<Channel> write(Change change, String statement, Channel channel) {
        if (channel.target() instanceof Locked locked) {
            throw new Problem(ProblemCode.VAULT_LOCKED, locked.reason());
        }
        Webhook webhook = channel.target() instanceof Webhook signed ? signed : null;
        var previous = webhook == null ? null : webhook.previous();
        var url = channel.target().urlOrNull();
        List<String> kinds = channel.subscription().kinds();
        return change.connection()
                .preparedQuery(statement + RETURNING)
                .execute(Tuple.from(new @Nullable Object[] {
                    channel.id(),
                    channel.name(),
                    channel.target().type(),
                    channel.subscription().includesOrganizations(),
                    kinds.isEmpty() ? null : kinds.toArray(String[]::new),
                    (short) channel.subscription().severityMin().ordinal(),
                    channel.enabled(),
                    AlertRows.sealedUrl(channel, url, vault),
                    AlertRows.sealedSecret(channel, webhook == null ? null : webhook.secret(), vault),
                    AlertRows.sealedPrevious(channel, previous, vault),
                    previous == null ? null : previous.expiresAt().atOffset(ZoneOffset.UTC),
                    channel.target() instanceof Email email ? email.addresses().toArray(String[]::new) : null,
                    channel.organizationId()
                }))
                .map(rows -> AlertRows.channel(rows.iterator().next(), vault));
    }

    private Optional<Channel> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(AlertRows.channel(rows.iterator().next(), vault));
    }
}

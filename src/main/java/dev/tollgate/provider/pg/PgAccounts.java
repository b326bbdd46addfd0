package dev.tollgate.provider.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.access.pg.Database;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.AccountRecord;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Accounts in PostgreSQL, with their credentials sealed. */
public final class PgAccounts {
    private static final String SELECT = "select * from provider_account where deleted_at is null";
    private static final int LAST = 4;

    private final Pool pool;
    private final Vault vault;

    public PgAccounts(Pool pool, Vault vault) {
        this.pool = pool;
        this.vault = vault;
    }

    /** What is sealed of accounts. */
    public static List<SealedColumn> sealedColumns() {
        return List.of(AccountRows.CREDENTIAL);
    }

    /**
     * Accounts by their ids.
     *
     * @param organizationId of this one and its clients alone; null is all, the platform's included
     * @param clientId of this one alone; null is all
     * @param after the id that the page before ended with, or an empty text
     */
    public Future<List<AccountRecord>> list(
            @Nullable String organizationId, @Nullable String clientId, String after, int limit) {
        return Database.answer(pool.preparedQuery(SELECT + """
                 and ($1::text is null or organization_id = $1) and ($2::text is null or client_id = $2) and id > $3
                order by id limit $4
                """)
                .execute(Tuple.of(organizationId, clientId, after, limit))
                .map(rows -> {
                    List<AccountRecord> accounts = new ArrayList<>(rows.size());
                    rows.forEach(row -> accounts.add(AccountRows.record(row)));
                    return accounts;
                }));
    }

    public Future<Optional<AccountRecord>> find(String id) {
        return Database.answer(pool.preparedQuery(SELECT + " and id = $1")
                .execute(Tuple.of(id))
                .map(PgAccounts::first));
    }

    /** The account, locked until the change ends; before it the version of all, in which order all who change do. */
    public Future<Optional<AccountRecord>> lock(Change change, String id) {
        return change.connection()
                .query("select from provider_account_version for update")
                .execute()
                .compose(_ -> change.connection()
                        .preparedQuery(SELECT + " and id = $1 for update")
                        .execute(Tuple.of(id)))
                .map(PgAccounts::first);
    }

    /** How many accounts the owner's organization has, or the platform; empty where there is no such owner. */
    public Future<Optional<Long>> count(Change change, Owner owner) {
        return change.connection()
                .preparedQuery("""
                        select (select count(*) from provider_account
                                where deleted_at is null and organization_id is not distinct from $1)
                        where ($1::text is null
                               or exists (select from organization where id = $1 and archived_at is null for share))
                          and ($2::text is null
                               or exists (select from client where id = $2 and organization_id = $1
                                                               and archived_at is null for share))
                        """)
                .execute(Tuple.of(owner.organizationId(), owner.clientId()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getLong(0)));
    }

    /** Stores something new; its times are the database's. */
    public Future<AccountRecord> create(Change change, AccountRecord account, @Nullable String secret) {
        return change.connection()
                .preparedQuery("""
                        insert into provider_account (id, organization_id, client_id, name, provider, base_url, azure,
                            weight, models, regions, enabled, disabled_reason, disabled_at, credential, credential_last4,
                            credential_set_at, stand_in, version)
                        values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::timestamptz is null, $12, $11, $13, $14,
                                case when $13::text is not null then now() end, $15, next_provider_account_version())
                        returning *
                        """)
                .execute(Tuple.from(new @Nullable Object[] {
                    account.id(),
                    account.owner().organizationId(),
                    account.owner().clientId(),
                    account.name(),
                    account.provider(),
                    account.baseUrl(),
                    AccountRows.json(account.azure()),
                    account.use().weight(),
                    account.use().models().patterns().toArray(String[]::new),
                    account.use().regions().toArray(String[]::new),
                    account.disabled() == null ? null : account.disabled().at().atOffset(ZoneOffset.UTC),
                    account.disabled() == null ? null : account.disabled().reason(),
                    secret == null ? null : sealed(account.id(), secret),
                    secret == null ? null : last(secret),
                    account.standIn()
                }))
                .map(rows -> AccountRows.record(rows.iterator().next()));
    }

    /** Stores an account that was locked; whose it is and at which provider stays, and so does its credential. */
    public Future<AccountRecord> update(Change change, AccountRecord account) {
        return change.connection()
                .preparedQuery("""
                        update provider_account
                        set name = $2, base_url = $3, azure = $4, weight = $5, models = $6, regions = $7,
                            enabled = $8::timestamptz is null, disabled_at = $8, disabled_reason = $9, refused = $10,
                            stand_in = $11,
                            updated_at = now(), version = next_provider_account_version()
                        where id = $1 returning *
                        """)
                .execute(Tuple.from(new @Nullable Object[] {
                    account.id(),
                    account.name(),
                    account.baseUrl(),
                    AccountRows.json(account.azure()),
                    account.use().weight(),
                    account.use().models().patterns().toArray(String[]::new),
                    account.use().regions().toArray(String[]::new),
                    account.disabled() == null ? null : account.disabled().at().atOffset(ZoneOffset.UTC),
                    account.disabled() == null ? null : account.disabled().reason(),
                    account.disabled() != null && account.disabled().refused(),
                    account.standIn()
                }))
                .map(rows -> AccountRows.record(rows.iterator().next()));
    }

    /** Sets the credential of an account that was locked; null takes it away. */
    public Future<AccountRecord> setCredential(Change change, String id, @Nullable String secret) {
        return change.connection()
                .preparedQuery("""
                        update provider_account
                        set credential = $2, credential_last4 = $3,
                            credential_set_at = case when $2::text is not null then clock_timestamp() end,
                            updated_at = now(), version = next_provider_account_version()
                        where id = $1 returning *
                        """)
                .execute(Tuple.of(id, secret == null ? null : sealed(id, secret), secret == null ? null : last(secret)))
                .map(rows -> AccountRows.record(rows.iterator().next()));
    }

    /** Deletes an account: its credential is gone for good. */
    public Future<Void> delete(Change change, String id) {
        return change.connection().preparedQuery("""
                update provider_account
                set deleted_at = now(), enabled = false, credential = null, credential_last4 = null,
                    credential_set_at = null, version = next_provider_account_version()
                where id = $1
                """).execute(Tuple.of(id)).mapEmpty();
    }

    /** The account's credential; empty where it has none. Fails with {@link Vault.Unopenable}. */
    public Future<Optional<String>> secret(String id) {
        return Database.answer(pool.preparedQuery("select credential from provider_account where id = $1")
                .execute(Tuple.of(id))
                .map(rows -> {
                    String sealed =
                            rows.size() == 0 ? null : rows.iterator().next().getString(0);
                    return Optional.ofNullable(sealed).map(text -> vault.open(AccountRows.CREDENTIAL.place(id), text));
                }));
    }

    /**
     * Disables an account whose credential its provider refuses, and raises an alert; tells whether it did. One of several
     * replicas does.
     *
     * @param setAt when the credential was set that was refused
     */
    public Future<Boolean> disable(String id, @Nullable Instant setAt, String why) {
        return pool.preparedQuery("select disable_provider_account($1, $2, $3)")
                .execute(Tuple.of(id, setAt == null ? null : setAt.atOffset(ZoneOffset.UTC), why))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** Raises an alert, once a day, that the credential of an account of the environment is refused. */
    public Future<Boolean> tellRefused(String id) {
        return pool.preparedQuery("""
                select raise_alert('provider.credential_refused',
                    'provider.credential_refused:' || $1 || ':' || (now() at time zone 'UTC')::date, null,
                    jsonb_build_object('account_id', $1::text), severity => 'critical',
                    subject => 'The credential of account ' || $1 || ' is refused by its provider')
                """)
                .execute(Tuple.of(id))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** The version of the last change of any account. */
    Future<Long> version() {
        return pool.query("select version from provider_account_version")
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** What has changed after a version, deleted accounts included. */
    Future<RowSet<Row>> changedAfter(long version) {
        return pool.preparedQuery("select * from provider_account where version > $1")
                .execute(Tuple.of(version));
    }

    private String sealed(String id, String secret) {
        return vault.seal(AccountRows.CREDENTIAL.place(id), secret);
    }

    /** Of a short secret nothing is told. */
    private static String last(String secret) {
        return secret.length() < 4 * LAST ? "" : secret.substring(secret.length() - LAST);
    }

    private static Optional<AccountRecord> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(AccountRows.record(rows.iterator().next()));
    }
}

package dev.tollgate.cache.pg;

import com.google.crypto.tink.Aead;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.util.HexFormat;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * What entries are sealed with: one key of all replicas, which the first one makes. It lies in PostgreSQL, sealed under the
 * master key; entries would be too many to ask for that one each time.
 */
public final class PgCacheKey {
    private static final SealedColumn COLUMN = new SealedColumn("cache_key", "sealed");
    private static final String ID = "current";

    private final Vertx vertx;
    private final Pool pool;
    private final Vault vault;
    private final RandomGenerator random;

    /**
     * @param vertx whose worker threads open it, because the master key may be kept by a service that must be asked
     * @param random must be cryptographically strong
     */
    public PgCacheKey(Vertx vertx, Pool pool, Vault vault, RandomGenerator random) {
        this.vertx = vertx;
        this.pool = pool;
        this.vault = vault;
        this.random = random;
    }

    /** What is sealed when the master key changes. */
    public static List<SealedColumn> sealedColumns() {
        return List.of(COLUMN);
    }

    /** The key, made if there is none. Fails where the vault is locked, or has another master key. */
    public Future<Aead> find() {
        String place = COLUMN.place(ID);
        return vertx.executeBlocking(() -> vault.seal(place, MasterKey.generate(random)), /* ordered= */ false)
                .compose(made -> pool.preparedQuery(
                                "insert into cache_key (id, sealed) values ($1, $2) on conflict do nothing")
                        .execute(Tuple.of(ID, made)))
                .compose(_ -> pool.preparedQuery("select sealed from cache_key where id = $1")
                        .execute(Tuple.of(ID)))
                .compose(found -> vertx.executeBlocking(
                        () -> aead(vault.open(place, found.iterator().next().getString(0))), /* ordered= */ false));
    }

    private static Aead aead(String hex) {
        return MasterKey.of(HexFormat.of().parseHex(hex)).aead();
    }
}

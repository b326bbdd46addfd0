package dev.tollgate.vault.pg;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.vault.MasterKey;
import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultReport;
import dev.tollgate.vault.VaultWalk;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import io.vertx.sqlclient.Tuple;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The master key changes online: in batches, beside changes, from wherever it was broken off, and it is proven. */
class PgVaultIT {
    private static final int ROWS = 450; // more than two batches
    private static final TestDatabase DATABASE = TestPostgres.freshDatabase();
    private static final Vertx VERTX = Vertx.vertx();
    private static final Pool POOL = PgBuilder.pool()
            .with(new PoolOptions().setMaxSize(4))
            .connectingTo(PgConnectOptions.fromUri(DATABASE.reactiveUrl())
                    .setUser(DATABASE.user())
                    .setPassword(DATABASE.password()))
            .using(VERTX)
            .build();
    private static final MasterKey OLD = key(1);
    private static final MasterKey NEW = key(2);
    private static final SealedColumn COLUMN = new SealedColumn("thing", "secret");

    private final Vault oldVault = new Vault(List.of(OLD));
    private final Vault bothVault = new Vault(List.of(NEW, OLD));
    private final Vault newVault = new Vault(List.of(NEW));

    @BeforeEach
    void a_table_with_secrets_sealed_plain_and_absent() {
        DATABASE.execute(
                "drop table if exists thing",
                "create table thing (id text primary key, secret text)",
                "insert into thing values ('none', null)");
        await(POOL.preparedQuery("insert into thing values ($1, $2)")
                .executeBatch(IntStream.range(0, ROWS)
                        .mapToObj(i -> Tuple.of(id(i), i % 3 == 0 ? secret(i) : sealed(oldVault, i, secret(i))))
                        .toList()));
    }

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    @Test
    void everything_is_sealed_under_the_new_key_and_opens_with_it_alone() {
        VaultWalk walked = await(keeper(bothVault).sealAnew());
        assertThat(walked).isEqualTo(new VaultWalk(ROWS, 0, List.of()));

        VaultReport report = await(keeper(newVault).report());
        assertThat(report.isCurrent()).isTrue();
        assertThat(report.lines()).containsExactly(new VaultReport.Line(COLUMN, NEW.id(), ROWS));
        assertThat(await(keeper(newVault).verify())).isEqualTo(new VaultWalk(ROWS, 0, List.of()));
        assertThat(secrets(newVault)).isEqualTo(expected());
        assertThat(await(keeper(newVault).sealAnew()).done()).isZero();
    }

    @Test
    void what_is_plain_and_what_is_under_another_key_is_counted_apart() {
        VaultReport report = await(keeper(bothVault).report());
        assertThat(report.isCurrent()).isFalse();
        assertThat(report.lines())
                .containsExactlyInAnyOrder(
                        new VaultReport.Line(COLUMN, OLD.id(), ROWS - ROWS / 3),
                        new VaultReport.Line(COLUMN, null, ROWS / 3));
    }

    @Test
    void broken_off_it_goes_on_with_what_is_left() {
        await(POOL.preparedQuery("update thing set secret = $2 where id = $1")
                .executeBatch(IntStream.range(0, 300)
                        .mapToObj(i -> Tuple.of(id(i), sealed(bothVault, i, secret(i))))
                        .toList()));
        assertThat(await(keeper(bothVault).sealAnew()).done()).isEqualTo(ROWS - 300);
        assertThat(secrets(newVault)).isEqualTo(expected());
    }

    @Test
    void without_the_old_key_nothing_of_it_is_touched_and_each_is_told() {
        VaultWalk walked = await(keeper(newVault).sealAnew());
        assertThat(walked.done()).isEqualTo(ROWS / 3);
        assertThat(walked.failed()).isEqualTo(ROWS - ROWS / 3);
        assertThat(walked.failures()).hasSize(100).allMatch(failure -> failure.contains(OLD.id()));
        assertThat(await(keeper(newVault).verify()).failed()).isEqualTo(ROWS - ROWS / 3);
        assertThat(secrets(bothVault)).isEqualTo(expected());
    }

    @Test
    void two_replicas_at_once_and_changes_meanwhile_lose_nothing() {
        Future<VaultWalk> one = keeper(bothVault).sealAnew();
        Future<VaultWalk> other = keeper(bothVault).sealAnew();
        Map<String, String> expected = expected();
        Future<?> changes = Future.succeededFuture();
        for (int i = 0; i < ROWS; i += 7) {
            int row = i;
            expected.put(id(i), "changed-" + i);
            changes = changes.compose(_ -> POOL.preparedQuery("update thing set secret = $2 where id = $1")
                    .execute(Tuple.of(id(row), sealed(bothVault, row, "changed-" + row))));
        }
        await(Future.all(one, other, changes));
        assertThat(secrets(newVault)).isEqualTo(expected);
    }

    private static PgVault keeper(Vault vault) {
        return new PgVault(VERTX, POOL, vault, List.of(COLUMN));
    }

    private static Map<String, String> secrets(Vault vault) {
        Map<String, String> secrets = new TreeMap<>();
        await(POOL.query("select id, secret from thing where secret is not null")
                        .execute())
                .forEach(row -> secrets.put(
                        row.getString("id"),
                        vault.openIfSealed(COLUMN.place(row.getString("id")), row.getString("secret"))));
        return secrets;
    }

    private static Map<String, String> expected() {
        Map<String, String> expected = new TreeMap<>();
        IntStream.range(0, ROWS).forEach(i -> expected.put(id(i), secret(i)));
        return expected;
    }

    private static String sealed(Vault vault, int i, String secret) {
        return vault.seal(COLUMN.place(id(i)), secret);
    }

    private static String id(int i) {
        return "t%04d".formatted(i);
    }

    private static String secret(int i) {
        return "secret-" + i;
    }

    private static MasterKey key(int seed) {
        byte[] bytes = new byte[32];
        Arrays.fill(bytes, (byte) seed);
        return MasterKey.of(bytes);
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}

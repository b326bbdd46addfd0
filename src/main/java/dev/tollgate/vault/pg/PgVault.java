package dev.tollgate.vault.pg;

import dev.tollgate.vault.SealedColumn;
import dev.tollgate.vault.Vault;
import dev.tollgate.vault.VaultReport;
import dev.tollgate.vault.VaultWalk;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Looks after what is sealed in PostgreSQL. Sealing anew goes on in batches, each of which is whole; what is left to do is
 * what is stored otherwise, so that it may be broken off and begun again, here or on another replica, at any time.
 */
public final class PgVault {
    private static final int BATCH = 200;

    private final Vertx vertx;
    private final Pool pool;
    private final Vault vault;
    private final List<SealedColumn> columns;

    /** @param vertx whose worker threads open and seal, because a key may be kept by a service that must be asked */
    public PgVault(Vertx vertx, Pool pool, Vault vault, List<SealedColumn> columns) {
        this.vertx = vertx;
        this.pool = pool;
        this.vault = vault;
        this.columns = List.copyOf(columns);
    }

    /** Counts what is stored, by column and master key. */
    public Future<VaultReport> report() {
        Future<List<VaultReport.Line>> counted = Future.succeededFuture(List.of());
        for (SealedColumn column : columns) {
            counted = counted.compose(before -> count(column).map(lines -> {
                List<VaultReport.Line> all = new ArrayList<>(before);
                all.addAll(lines);
                return all;
            }));
        }
        return counted.map(lines -> new VaultReport(vault.currentKeyId().orElse(null), lines));
    }

    private Future<List<VaultReport.Line>> count(SealedColumn column) {
        return pool.query("""
                select case when starts_with(%2$s, 'sealed:') then split_part(%2$s, ':', 3) end as key_id, count(*)
                from %1$s where %2$s is not null group by 1 order by 1
                """.formatted(column.table(), column.column()))
                .execute()
                .map(rows -> {
                    List<VaultReport.Line> lines = new ArrayList<>();
                    rows.forEach(row ->
                            lines.add(new VaultReport.Line(column, row.getString("key_id"), row.getLong("count"))));
                    return lines;
                });
    }

    /** Seals everything under the current master key that is not. What can't be opened stays as it is, and is told. */
    public Future<VaultWalk> sealAnew() {
        return vault.currentKeyId()
                .map(current -> walk((column, rows) -> sealAnew(column, rows), Vault.prefixOf(current)))
                .orElse(Future.succeededFuture(VaultWalk.NOTHING));
    }

    /** Opens everything, and changes nothing. */
    public Future<VaultWalk> verify() {
        return walk((column, rows) -> opened(column, rows).map(Opened::walk), null);
    }

    private interface Step {
        Future<VaultWalk> take(SealedColumn column, RowSet<Row> rows);
    }

    private Future<VaultWalk> walk(Step step, @Nullable String except) {
        Future<VaultWalk> walked = Future.succeededFuture(VaultWalk.NOTHING);
        for (SealedColumn column : columns) {
            walked = walked.compose(sum -> walk(column, step, except, "", sum));
        }
        return walked;
    }

    private Future<VaultWalk> walk(
            SealedColumn column, Step step, @Nullable String except, String after, VaultWalk sum) {
        return pool.preparedQuery("""
                select id, %2$s as text from %1$s
                where %2$s is not null and id > $1 and ($2::text is null or not starts_with(%2$s, $2))
                order by id limit %3$d
                """.formatted(column.table(), column.column(), BATCH))
                .execute(Tuple.of(after, except))
                .compose(rows -> rows.size() == 0
                        ? Future.succeededFuture(sum)
                        : step.take(column, rows)
                                .compose(batch -> walk(column, step, except, last(rows), sum.plus(batch))));
    }

    private static String last(RowSet<Row> rows) {
        String id = "";
        for (Row row : rows) {
            id = row.getString("id");
        }
        return id;
    }

    /**
     * What was opened of a batch.
     *
     * @param changes id, the new text and the text that it replaces
     */
    private record Opened(VaultWalk walk, List<Tuple> changes) {}

    private Future<Opened> opened(SealedColumn column, RowSet<Row> rows) {
        return vertx.executeBlocking(
                () -> {
                    List<Tuple> changes = new ArrayList<>();
                    List<String> failures = new ArrayList<>();
                    for (Row row : rows) {
                        String place = column.place(row.getString("id"));
                        try {
                            String secret = vault.openIfSealed(place, row.getString("text"));
                            changes.add(Tuple.of(row.getString("id"), secret, row.getString("text")));
                        } catch (Vault.Unopenable e) {
                            failures.add(Objects.requireNonNull(e.getMessage()));
                        }
                    }
                    return new Opened(new VaultWalk(changes.size(), failures.size(), failures), changes);
                },
                /* ordered= */ false);
    }

    /** A row that was changed meanwhile is left to who changed it, who sealed under the current key. */
    private Future<VaultWalk> sealAnew(SealedColumn column, RowSet<Row> rows) {
        return opened(column, rows)
                .compose(opened -> vertx.executeBlocking(
                        () -> new Opened(
                                opened.walk(),
                                opened.changes().stream()
                                        .map(change -> Tuple.of(
                                                change.getString(0),
                                                vault.seal(column.place(change.getString(0)), change.getString(1)),
                                                change.getString(2)))
                                        .toList()),
                        /* ordered= */ false))
                .compose(anew -> anew.changes().isEmpty()
                        ? Future.succeededFuture(anew.walk())
                        : pool.preparedQuery("update %1$s set %2$s = $2 where id = $1 and %2$s = $3"
                                        .formatted(column.table(), column.column()))
                                .executeBatch(anew.changes())
                                .map(anew.walk()));
    }
}

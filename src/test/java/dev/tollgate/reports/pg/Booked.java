package dev.tollgate.reports.pg;

import static java.util.Objects.requireNonNull;

import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TestPostgres;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.pgclient.PgBuilder;
import io.vertx.pgclient.PgConnectOptions;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.PoolOptions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** A database whose ledger has what a test books, by the function that books everything. */
final class Booked implements AutoCloseable {
    private final Vertx vertx = Vertx.vertx();
    final TestDatabase database = TestPostgres.freshDatabase();
    private final Random random = new Random(20_261_121);
    final Pool pool;

    Booked(Instant firstMonth, int months) {
        database.execute(
                "update ledger_range set floor = '" + firstMonth + "'",
                "select make_ledger_partitions('" + firstMonth + "', " + months + ")");
        pool = PgBuilder.pool()
                .with(new PoolOptions().setMaxSize(4))
                .connectingTo(PgConnectOptions.fromUri(database.reactiveUrl())
                        .setUser(database.user())
                        .setPassword(database.password()))
                .using(vertx)
                .build();
    }

    /** An entry to be booked: a request of that time, answered. */
    JsonObject entry(String time, String organization, String key, long charge) {
        return new JsonObject()
                .put("request_id", id(Instant.parse(time)).toString())
                .put("organization_id", organization)
                .put("key_id", key)
                .put("accounting_period", time.substring(0, 7) + "-01")
                .put("operation", "chat")
                .put("outcome", "ok")
                .put("status", 200)
                .put("provider_cost", charge)
                .put("charge", charge)
                .put("baseline_cost", charge);
    }

    UUID id(Instant time) {
        return new UUID(
                time.toEpochMilli() << 16 | 0x7000L | random.nextInt(0x1000),
                random.nextLong() & 0x3FFF_FFFF_FFFF_FFFFL | 0x8000_0000_0000_0000L);
    }

    /** Books them as one replica does. */
    void book(int slot, JsonObject... entries) {
        try (Connection connection = database.connect();
                PreparedStatement book = connection.prepareStatement("select booked from book_entries(?::json, ?)")) {
            book.setString(1, new JsonArray(List.of(entries)).encode());
            book.setShort(2, (short) slot);
            book.execute();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The only column of each row. */
    List<String> query(String sql) {
        try (Connection connection = database.connect();
                PreparedStatement statement = connection.prepareStatement(sql);
                ResultSet rows = statement.executeQuery()) {
            List<String> values = new ArrayList<>();
            while (rows.next()) {
                values.add(String.valueOf(rows.getString(1)));
            }
            return values;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    static <T extends @Nullable Object> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }

    @Override
    public void close() {
        requireNonNull(pool);
        await(pool.close());
        await(vertx.close());
    }
}

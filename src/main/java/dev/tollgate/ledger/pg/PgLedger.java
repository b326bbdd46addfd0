package dev.tollgate.ledger.pg;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.ledger.LedgerEntry;
import dev.tollgate.ledger.LedgerEntry.Target;
import dev.tollgate.ledger.LedgerStore;
import io.vertx.core.Future;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** The ledger in PostgreSQL: a batch is one statement whose parameters are one array per column. */
public final class PgLedger implements LedgerStore {
    private static final List<Column<?>> COLUMNS = columns();
    private static final List<Meter> METERS = List.of(Meter.values());
    private static final String INSERT = insertStatement();

    private final Pool pool;

    public PgLedger(Pool pool) {
        this.pool = pool;
    }

    /** Makes sure that entries of this month and of the next ones have a place to go. */
    public Future<Void> makePartitions(Instant now) {
        return pool.preparedQuery("select make_ledger_partitions($1, $2)")
                .execute(Tuple.of(now.atOffset(ZoneOffset.UTC), /* months= */ 2))
                .mapEmpty();
    }

    @Override
    public Future<Void> append(List<LedgerEntry> entries) {
        if (entries.isEmpty()) {
            return Future.succeededFuture();
        }
        Tuple parameters = Tuple.tuple();
        for (Column<?> column : COLUMNS) {
            parameters.addValue(column.of(entries));
        }
        return pool.preparedQuery(INSERT)
                .execute(parameters)
                .<Void>mapEmpty()
                .recover(failure -> Future.failedFuture(isPoison(failure) ? new PoisonEntry(failure) : failure));
    }

    /** Errors of class 22 (data) and 23 (constraints) lie in the data; a missing partition is a 23514. */
    private static boolean isPoison(Throwable failure) {
        return failure instanceof PgException e
                && e.getSqlState() != null
                && (e.getSqlState().startsWith("22") || e.getSqlState().startsWith("23"));
    }

    /** A column of the table, and how an entry fills it. */
    private record Column<T>(
            String name, String type, IntFunction<@Nullable T[]> array, Function<LedgerEntry, @Nullable T> value) {
        Object of(List<LedgerEntry> entries) {
            @Nullable T[] values = array.apply(entries.size());
            for (int i = 0; i < values.length; i++) {
                values[i] = value.apply(entries.get(i));
            }
            return values;
        }
    }

    private static List<Column<?>> columns() {
        List<Column<?>> columns = new ArrayList<>();
        columns.add(new Column<>(
                "request_id", "uuid", UUID[]::new, e -> e.requestId().uuid()));
        text(columns, "organization_id", LedgerEntry::organizationId);
        text(columns, "key_id", LedgerEntry::keyId);
        text(columns, "operation", LedgerEntry::operation);
        flag(columns, "streamed", LedgerEntry::streamed);
        foreignText(columns, "model_asked", LedgerEntry::modelAsked);
        foreignText(columns, "caller_request_id", LedgerEntry::callerRequestId);
        text(columns, "provider", e -> ofTarget(e, Target::provider));
        text(columns, "account_id", e -> ofTarget(e, Target::accountId));
        flag(columns, "simulated", e -> e.target() != null && e.target().simulated());
        text(columns, "payer", e -> ofTarget(e, Target::payer));
        foreignText(columns, "model_sent", e -> ofTarget(e, Target::modelSent));
        foreignText(columns, "model_served", e -> ofTarget(e, Target::modelServed));
        foreignText(columns, "service_tier", e -> ofTarget(e, Target::serviceTier));
        foreignText(columns, "upstream_request_id", e -> ofTarget(e, Target::upstreamRequestId));
        number(columns, "input_tokens", e -> e.usage().inputTokens());
        number(columns, "cached_input_tokens", e -> e.usage().cachedInputTokens());
        number(columns, "output_tokens", e -> e.usage().outputTokens());
        number(columns, "reasoning_tokens", e -> e.usage().count(Meter.REASONING));
        // Sent as text, which is made in fewer steps than a JSON value.
        columns.add(new Column<>("usage", "text[]::jsonb", String[]::new, e -> countPerMeter(e.usage())));
        number(columns, "provider_cost", e -> e.cost().providerCost().nanos());
        number(columns, "charge", e -> e.cost().charge().nanos());
        text(columns, "price_version", e -> e.cost().priceVersion());
        flag(columns, "estimated", e -> e.cost().estimated());
        text(columns, "flags", e -> e.cost().flags());
        text(columns, "outcome", e -> e.end().outcome().label());
        number(columns, "status", e -> (long) e.end().status());
        text(columns, "error_code", e -> e.end().errorCode());
        flag(columns, "client_gone", e -> e.end().clientGone());
        number(columns, "total_micros", e -> e.timing().totalMicros());
        number(
                columns,
                "first_byte_micros",
                e -> e.timing().firstByteMicros() < 0 ? null : (Long) e.timing().firstByteMicros());
        number(columns, "request_bytes", e -> e.timing().requestBytes());
        number(columns, "response_bytes", e -> e.timing().responseBytes());
        return List.copyOf(columns);
    }

    private static void text(List<Column<?>> columns, String name, Function<LedgerEntry, @Nullable String> value) {
        columns.add(new Column<String>(name, "text", String[]::new, value));
    }

    /** Text that others wrote may have a NUL, which PostgreSQL's text has not. */
    private static void foreignText(
            List<Column<?>> columns, String name, Function<LedgerEntry, @Nullable String> value) {
        text(columns, name, e -> withoutNul(value.apply(e)));
    }

    private static @Nullable String withoutNul(@Nullable String text) {
        return text == null || text.indexOf('\0') < 0 ? text : text.replace('\0', '\uFFFD');
    }

    private static void flag(List<Column<?>> columns, String name, Function<LedgerEntry, Boolean> value) {
        columns.add(new Column<>(name, "boolean", Boolean[]::new, value::apply));
    }

    private static void number(List<Column<?>> columns, String name, Function<LedgerEntry, @Nullable Long> value) {
        columns.add(new Column<>(name, "bigint", Long[]::new, value));
    }

    private static @Nullable String ofTarget(LedgerEntry entry, Function<Target, @Nullable String> value) {
        return entry.target() == null ? null : value.apply(entry.target());
    }

    /** A JSON object of the meters that moved. */
    private static String countPerMeter(Usage usage) {
        StringBuilder counts = new StringBuilder("{");
        for (Meter meter : METERS) {
            if (usage.count(meter) != 0) {
                counts.append(counts.length() > 1 ? ",\"" : "\"")
                        .append(meter.label())
                        .append("\":")
                        .append(usage.count(meter));
            }
        }
        return counts.append('}').toString();
    }

    private static String insertStatement() {
        StringBuilder names = new StringBuilder();
        StringBuilder parameters = new StringBuilder();
        for (int i = 0; i < COLUMNS.size(); i++) {
            String separator = i == 0 ? "" : ", ";
            names.append(separator).append(COLUMNS.get(i).name());
            parameters
                    .append(separator)
                    .append('$')
                    .append(i + 1)
                    .append("::")
                    .append(COLUMNS.get(i).type())
                    .append("[]");
        }
        return "insert into ledger (" + names + ") select * from unnest(" + parameters + ") on conflict do nothing";
    }
}

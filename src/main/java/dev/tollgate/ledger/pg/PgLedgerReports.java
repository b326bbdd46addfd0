package dev.tollgate.ledger.pg;

import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import dev.tollgate.ledger.KeyUsage;
import dev.tollgate.ledger.LedgerRow;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** Questions to the ledger. None of them is on the way of a model's request. */
public final class PgLedgerReports {
    private final Pool pool;

    public PgLedgerReports(Pool pool) {
        this.pool = pool;
    }

    /** What a key spent from {@code from} to before {@code to}. */
    public Future<KeyUsage> usageOfKey(String keyId, Instant from, Instant to) {
        return pool.preparedQuery("""
                        select coalesce(model_asked, ''), sum(requests_of(ledger)), sum(input_tokens), sum(cached_input_tokens),
                               sum(output_tokens), sum(charge)
                        from ledger
                        where key_id = $1 and request_id >= $2 and request_id < $3
                        group by 1 order by 6 desc, 1
                        """)
                .execute(Tuple.of(keyId, idAt(from), idAt(to)))
                .map(rows -> {
                    List<KeyUsage.Line> lines = new ArrayList<>();
                    for (Row row : rows) {
                        lines.add(new KeyUsage.Line(
                                row.getString(0),
                                row.getLong(1),
                                row.getLong(2),
                                row.getLong(3),
                                row.getLong(4),
                                new Money(row.getLong(5))));
                    }
                    return new KeyUsage(List.copyOf(lines));
                });
    }

    /** The newest entries of an organization, or of all, newest first, before the one with this id and {@code seq}. */
    public Future<List<LedgerRow>> newest(@Nullable String organizationId, int limit, UUID beforeId, int beforeSeq) {
        return pool.preparedQuery("""
                        select request_id, seq, to_jsonb(ledger) from ledger
                        where request_id <= $1 and (request_id, seq) < ($1, $2)
                          and ($3::text is null or organization_id = $3)
                        order by request_id desc, seq desc limit $4
                        """)
                .execute(Tuple.of(beforeId, beforeSeq, organizationId, limit))
                .map(rows -> {
                    List<LedgerRow> found = new ArrayList<>(rows.size());
                    for (Row row : rows) {
                        found.add(new LedgerRow(row.getUUID(0), row.getInteger(1), row.get(JsonObject.class, 2)));
                    }
                    return found;
                });
    }

    private static UUID idAt(Instant instant) {
        return RequestId.lowestAt(instant.toEpochMilli());
    }
}

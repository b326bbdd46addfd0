package dev.tollgate.rating.pg;

import dev.tollgate.kernel.RequestId;
import dev.tollgate.rating.BookedRequest;
import dev.tollgate.rating.RerateReport;
import dev.tollgate.rating.RerateRequest;
import dev.tollgate.rating.Rerating;
import dev.tollgate.rating.Rerating.Result;
import io.vertx.core.Future;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.SqlClient;
import io.vertx.sqlclient.SqlConnection;
import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Goes through the ledger in pages of requests and prices them again. Each page that is carried out is one transaction,
 * and one run follows another, so that a run which breaks off is simply done again.
 */
public final class PgRerating {
    private static final int PAGE = 500;

    /** Any number that no other advisory lock of the application has. */
    private static final long ONE_RUN_LOCK = 7_004;

    /** The sums of re-rating are in rows of its own, which no replica writes. */
    private static final short SLOT = -1;

    private static final String REQUESTS = """
            with page as (
                select request_id from ledger
                where seq = 0 and kind = 'request' and provider = $1
                  and request_id > $2 and request_id < $3 and ($4::text is null or organization_id = $4)
                order by request_id limit $5)
            select request_id, to_jsonb(ledger)::text
            from ledger join page using (request_id) order by request_id, seq
            """;

    private final Pool pool;

    public PgRerating(Pool pool) {
        this.pool = pool;
    }

    /** What pricing again would come to. */
    public Future<RerateReport> preview(RerateRequest request, Rerating rerating) {
        RerateReport report = new RerateReport();
        return preview(request, rerating, report, before(request)).map(report);
    }

    /** Prices again and books the differences. */
    public Future<RerateReport> execute(RerateRequest request, Rerating rerating) {
        RerateReport report = new RerateReport();
        return execute(request, rerating, report, before(request)).map(report);
    }

    private Future<Void> preview(RerateRequest request, Rerating rerating, RerateReport report, UUID after) {
        return page(pool, request, after).compose(page -> {
            page.rate(rerating, report);
            return page.last == null ? Future.succeededFuture() : preview(request, rerating, report, page.last);
        });
    }

    private Future<Void> execute(RerateRequest request, Rerating rerating, RerateReport report, UUID after) {
        return pool.withTransaction(connection -> connection
                        .preparedQuery("select pg_advisory_xact_lock($1)")
                        .execute(Tuple.of(ONE_RUN_LOCK))
                        .compose(_ -> page(connection, request, after))
                        .compose(page ->
                                book(connection, page.rate(rerating, report)).map(page)))
                .compose(page ->
                        page.last == null ? Future.succeededFuture() : execute(request, rerating, report, page.last));
    }

    private static Future<Void> book(SqlConnection connection, List<JsonObject> adjustments) {
        return adjustments.isEmpty()
                ? Future.succeededFuture()
                : connection
                        .preparedQuery("select booked from book_entries($1::text::json, $2)")
                        .execute(Tuple.of(new JsonArray(adjustments).encode(), SLOT))
                        .map(rows -> {
                            int booked = rows.iterator().next().getInteger(0);
                            if (booked != adjustments.size()) {
                                throw new IllegalStateException(booked + " adjustments of " + adjustments.size()
                                        + " could be booked, because their months are no longer kept");
                            }
                            return null;
                        });
    }

    /** @param last the last request of the page, or null where there is no further page */
    private record Page(
            List<List<JsonObject>> requests, @Nullable UUID last) {
        /** Prices the requests and answers the entries that adjust them. */
        List<JsonObject> rate(Rerating rerating, RerateReport report) {
            List<JsonObject> adjustments = new ArrayList<>();
            for (List<JsonObject> entries : requests) {
                BookedRequest booked;
                try {
                    booked = BookedRequest.of(entries);
                } catch (IllegalArgumentException e) {
                    report.skip("meter not known");
                    continue;
                }
                Result result = rerating.rate(booked);
                report.add(result);
                if (result instanceof Result.Adjusted adjusted) {
                    adjustments.add(adjusted.entry());
                }
            }
            return adjustments;
        }
    }

    private static Future<Page> page(SqlClient client, RerateRequest request, UUID after) {
        return client.preparedQuery(REQUESTS)
                .execute(Tuple.of(
                        request.provider(),
                        after,
                        RequestId.lowestAt(request.to().toEpochMilli()),
                        request.organizationId(),
                        PAGE))
                .map(PgRerating::page);
    }

    private static Page page(RowSet<Row> rows) {
        List<List<JsonObject>> requests = new ArrayList<>();
        UUID current = null;
        for (Row row : rows) {
            if (!row.getUUID(0).equals(current)) {
                current = row.getUUID(0);
                requests.add(new ArrayList<>(1));
            }
            requests.getLast().add(new JsonObject(row.getString(1)));
        }
        return new Page(requests, requests.size() < PAGE ? null : current);
    }

    /** The id before the first. */
    private static UUID before(RerateRequest request) {
        UUID first = RequestId.lowestAt(request.from().toEpochMilli());
        return new UUID(first.getMostSignificantBits(), first.getLeastSignificantBits() - 1);
    }
}

package dev.tollgate.cache.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.cache.CacheUse;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.RequestId;
import io.vertx.core.Future;
import io.vertx.core.json.JsonObject;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What the cache did, told by the ledger. */
public final class PgCacheUse {
    /** More groups than that are cut off, those that saved least. */
    public static final int GROUPS_MAX = 1_000;

    private final Pool pool;

    public PgCacheUse(Pool pool) {
        this.pool = pool;
    }

    /**
     * Reads the entries of a period.
     *
     * @param organizationId null for all
     */
    public Future<List<CacheUse>> of(
            Instant from, Instant to, @Nullable String organizationId, List<CacheUse.By> groups) {
        String columns = groups.stream()
                .map(by -> "coalesce(" + by.label() + ", '') as " + by.label() + ", ")
                .collect(Collectors.joining());
        String grouped = groups.stream().map(by -> by.label() + ", ").collect(Collectors.joining());
        return Database.answer(pool.preparedQuery("""
                        with of_tier as (
                            select %1$s coalesce(cache_tier, '') as had_by, sum(requests_of(e)) as requests,
                                   sum(ends_of(e)) as ends, coalesce(sum(ends_of(e)) filter (where outcome = 'coalesced'), 0) as coalesced,
                                   coalesce(sum((savings ->> 'cache')::numeric), 0)
                                   + coalesce(sum((savings ->> 'coalescing')::numeric), 0) as saved,
                                   sum(saved_micros) as saved_micros
                            from ledger e
                            where request_id >= $1 and request_id < $2 and ($3::text is null or organization_id = $3)
                            group by %2$s had_by)
                        select %2$s sum(requests)::bigint, sum(coalesced)::bigint, sum(saved), sum(saved_micros)::bigint,
                               coalesce(jsonb_object_agg(had_by, ends) filter (where had_by <> ''), '{}')
                        from of_tier %3$s order by sum(saved) desc, sum(requests) desc limit %4$d
                        """.formatted(
                        columns,
                        grouped,
                        groups.isEmpty() ? "" : "group by " + grouped.substring(0, grouped.length() - ", ".length()),
                        GROUPS_MAX))
                .execute(Tuple.of(
                        RequestId.lowestAt(from.toEpochMilli()), RequestId.lowestAt(to.toEpochMilli()), organizationId))
                .map(rows -> {
                    List<CacheUse> all = new ArrayList<>(rows.size());
                    rows.forEach(row -> all.add(use(row, groups.size())));
                    return all;
                }));
    }

    private static CacheUse use(Row row, int groups) {
        List<String> group = new ArrayList<>(groups);
        for (int i = 0; i < groups; i++) {
            group.add(row.getString(i));
        }
        Map<String, Long> hits = new LinkedHashMap<>();
        JsonObject ends = row.getJsonObject(groups + 4);
        ends.forEach(tier -> hits.put(tier.getKey(), ((Number) tier.getValue()).longValue()));
        BigDecimal saved = row.getBigDecimal(groups + 2);
        return new CacheUse(
                group,
                number(row.getLong(groups)),
                hits,
                number(row.getLong(groups + 1)),
                new Money(saved == null ? 0 : saved.longValueExact()),
                number(row.getLong(groups + 3)));
    }

    /** Sums of nothing are null. */
    private static long number(@Nullable Long sum) {
        return sum == null ? 0 : sum;
    }
}

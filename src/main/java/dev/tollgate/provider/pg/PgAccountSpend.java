package dev.tollgate.provider.pg;

import dev.tollgate.access.pg.Database;
import dev.tollgate.kernel.Money;
import dev.tollgate.provider.AccountSpend;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Tuple;
import java.math.BigDecimal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What requests over accounts have cost, from the sums of the ledger. */
public final class PgAccountSpend {
    private final Pool pool;

    public PgAccountSpend(Pool pool) {
        this.pool = pool;
    }

    /**
     * Since a quarter of an hour, by account.
     *
     * @param organizationId of its requests alone; null is all
     */
    public Future<Map<String, AccountSpend>> since(Instant from, @Nullable String organizationId) {
        return Database.answer(pool.preparedQuery("""
                select account_id, sum(requests)::bigint requests,
                       coalesce(sum(provider_cost) filter (where payer = 'platform'), 0) platform_cost,
                       coalesce(sum(provider_cost) filter (where payer <> 'platform'), 0) customer_cost,
                       sum(charge) charge
                from usage_quarter_hour
                where bucket >= $1 and account_id <> '' and ($2::text is null or organization_id = $2)
                group by account_id
                """)
                .execute(Tuple.of(from.atOffset(ZoneOffset.UTC), organizationId))
                .map(rows -> {
                    Map<String, AccountSpend> spend = new HashMap<>();
                    rows.forEach(row -> spend.put(
                            row.getString("account_id"),
                            new AccountSpend(
                                    row.getLong("requests"),
                                    money(row.getBigDecimal("platform_cost")),
                                    money(row.getBigDecimal("customer_cost")),
                                    money(row.getBigDecimal("charge")))));
                    return spend;
                }));
    }

    private static Money money(BigDecimal nanodollars) {
        return new Money(nanodollars.longValueExact());
    }
}

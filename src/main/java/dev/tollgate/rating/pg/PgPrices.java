package dev.tollgate.rating.pg;

import dev.tollgate.access.pg.Change;
import dev.tollgate.kernel.Money;
import dev.tollgate.rating.NewPrice;
import dev.tollgate.rating.Origin;
import dev.tollgate.rating.PriceRecord;
import dev.tollgate.rating.TermsRecord;
import io.vertx.core.Future;
import io.vertx.sqlclient.Pool;
import io.vertx.sqlclient.Row;
import io.vertx.sqlclient.RowSet;
import io.vertx.sqlclient.Tuple;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Versions of prices and terms in PostgreSQL. Changes of different replicas follow one another. */
public final class PgPrices {
    private static final String PRICE_COLUMNS =
            "provider, model, origin, effective_from, effective_to, price::text, source, note, number, created_at,"
                    + " created_by, withdrawn_at";
    private static final String TERMS_COLUMNS =
            "organization_id, number, effective_from, terms::text, note, created_at, created_by";

    private final Pool pool;

    public PgPrices(Pool pool) {
        this.pool = pool;
    }

    /** What is newer than some revision. Withdrawn versions are among the prices. */
    public record News(long revision, List<PriceRecord> prices, List<TermsRecord> terms) {}

    /** A number that grows with every change by anyone. */
    public Future<Long> revision() {
        return pool.query("select revision from rating_revision")
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Everything from after one revision up to and including another, from the oldest to the newest. */
    public Future<News> news(long after, long upTo) {
        Tuple range = Tuple.of(after, upTo);
        return pool.preparedQuery("select " + PRICE_COLUMNS + " from price_version"
                        + " where revision > $1 and revision <= $2 order by provider, model, number")
                .execute(range)
                .compose(prices -> pool.preparedQuery("select " + TERMS_COLUMNS + " from terms_version"
                                + " where revision > $1 and revision <= $2 order by organization_id, number")
                        .execute(range)
                        .map(terms -> new News(upTo, all(prices, PgPrices::price), all(terms, PgPrices::terms))));
    }

    /** Adds versions, at most one of a model, and answers them with their numbers. */
    public Future<List<PriceRecord>> add(Change change, List<NewPrice> prices) {
        Tuple columns = Tuple.tuple();
        columns.addValue(array(prices, String[]::new, NewPrice::provider));
        columns.addValue(array(prices, String[]::new, NewPrice::model));
        columns.addValue(array(prices, String[]::new, price -> price.origin().label()));
        columns.addValue(array(prices, OffsetDateTime[]::new, price -> utc(price.effectiveFrom())));
        columns.addValue(array(prices, OffsetDateTime[]::new, price -> utc(price.effectiveTo())));
        columns.addValue(array(prices, String[]::new, NewPrice::price));
        columns.addValue(array(prices, String[]::new, NewPrice::source));
        columns.addValue(array(prices, String[]::new, NewPrice::note));
        columns.addString(change.principal().name());
        return next(change)
                .compose(revision -> change.connection()
                        .preparedQuery("""
                        insert into price_version (provider, model, number, origin, effective_from, effective_to, price,
                                                   source, note, created_by, revision)
                        select n.provider, n.model,
                               1 + coalesce((select max(v.number) from price_version v
                                             where v.provider = n.provider and v.model = n.model), 0),
                               n.origin, n.effective_from, n.effective_to, n.price::jsonb, n.source, n.note, $9, $10
                        from unnest($1::text[], $2::text[], $3::text[], $4::timestamptz[], $5::timestamptz[],
                                    $6::text[], $7::text[], $8::text[])
                             as n (provider, model, origin, effective_from, effective_to, price, source, note)
                        returning
                        """ + PRICE_COLUMNS)
                        .execute(columns.addLong(revision))
                        .map(rows -> all(rows, PgPrices::price)));
    }

    /** Takes back a version that has not begun at {@code now}; empty where there is none such. */
    public Future<Optional<PriceRecord>> withdraw(
            Change change, String provider, String model, int number, Instant now) {
        return next(change)
                .compose(revision -> change.connection()
                        .preparedQuery("""
                        update price_version set withdrawn_at = $4, revision = $5
                        where provider = $1 and model = $2 and number = $3 and effective_from > $4
                          and withdrawn_at is null
                        returning
                        """ + PRICE_COLUMNS)
                        .execute(Tuple.of(provider, model, number, utc(now), revision))
                        .map(rows -> all(rows, PgPrices::price).stream().findFirst()));
    }

    /** Every version of a model, the newest first. */
    public Future<List<PriceRecord>> versions(String provider, String model) {
        return pool.preparedQuery("select " + PRICE_COLUMNS + " from price_version"
                        + " where provider = $1 and model = $2 order by number desc")
                .execute(Tuple.of(provider, model))
                .map(rows -> all(rows, PgPrices::price));
    }

    /** Adds terms; empty where there is no such organization. */
    public Future<Optional<TermsRecord>> addTerms(
            Change change, String organizationId, Instant effectiveFrom, String terms, @Nullable String note) {
        return next(change)
                .compose(revision -> change.connection()
                        .preparedQuery("""
                        insert into terms_version (organization_id, number, effective_from, terms, note, created_by,
                                                   revision)
                        select id, 1 + coalesce((select max(number) from terms_version where organization_id = id), 0),
                               $2, $3::text::jsonb, $4, $5, $6
                        from organization where id = $1
                        returning
                        """ + TERMS_COLUMNS)
                        .execute(Tuple.of(
                                organizationId,
                                utc(effectiveFrom),
                                terms,
                                note,
                                change.principal().name(),
                                revision))
                        .map(rows -> all(rows, PgPrices::terms).stream().findFirst()));
    }

    /** Every version of an organization's terms, the newest first. */
    public Future<List<TermsRecord>> termsOf(String organizationId) {
        return pool.preparedQuery("select " + TERMS_COLUMNS + " from terms_version"
                        + " where organization_id = $1 order by number desc")
                .execute(Tuple.of(organizationId))
                .map(rows -> all(rows, PgPrices::terms));
    }

    /** Whether there is such an organization. */
    public Future<Boolean> hasOrganization(String organizationId) {
        return pool.preparedQuery("select exists (select from organization where id = $1)")
                .execute(Tuple.of(organizationId))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }

    /** What organizations were charged for requests from one quarter of an hour to before another. */
    public Future<Map<String, Money>> charged(Collection<String> organizationIds, Instant from, Instant to) {
        return pool.preparedQuery("""
                        select organization_id, sum(charge)::bigint from usage_quarter_hour
                        where organization_id = any($1) and bucket >= $2 and bucket < $3
                        group by organization_id
                        """)
                .execute(Tuple.of(organizationIds.toArray(String[]::new), utc(from), utc(to)))
                .map(rows -> {
                    Map<String, Money> charged = new HashMap<>();
                    rows.forEach(row -> charged.put(row.getString(0), new Money(row.getLong(1))));
                    return charged;
                });
    }

    /** The next revision, whose row the change holds until it is committed. */
    private static Future<Long> next(Change change) {
        return change.connection()
                .query("update rating_revision set revision = revision + 1 returning revision")
                .execute()
                .map(rows -> rows.iterator().next().getLong(0));
    }

    private static PriceRecord price(Row row) {
        NewPrice added = new NewPrice(
                row.getString(0),
                row.getString(1),
                Origin.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                row.getOffsetDateTime(3).toInstant(),
                instant(row.getOffsetDateTime(4)),
                row.getString(5),
                row.getString(6),
                row.getString(7));
        return new PriceRecord(
                added,
                row.getInteger(8),
                row.getOffsetDateTime(9).toInstant(),
                row.getString(10),
                instant(row.getOffsetDateTime(11)));
    }

    private static TermsRecord terms(Row row) {
        return new TermsRecord(
                row.getString(0),
                row.getInteger(1),
                row.getOffsetDateTime(2).toInstant(),
                row.getString(3),
                row.getString(4),
                row.getOffsetDateTime(5).toInstant(),
                row.getString(6));
    }

    private static <T> List<T> all(RowSet<Row> rows, Function<Row, T> record) {
        List<T> all = new ArrayList<>(rows.size());
        rows.forEach(row -> all.add(record.apply(row)));
        return all;
    }

    private static <T> @Nullable T[] array(
            List<NewPrice> prices, IntFunction<@Nullable T[]> array, Function<NewPrice, @Nullable T> value) {
        return prices.stream().map(value).toArray(array);
    }

    private static @Nullable OffsetDateTime utc(@Nullable Instant instant) {
        return instant == null ? null : instant.atOffset(ZoneOffset.UTC);
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}

package dev.tollgate.rating.pg;

import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.PricesInForce.Volume;
import dev.tollgate.rating.KnownPrices;
import io.vertx.core.Future;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * Brings what the database has of prices, terms and volumes into force: all of it at first, then what is newer. Safe for
 * threads; one reading at a time.
 */
public final class PriceFeed {
    private static final long PATIENCE_SECONDS = 10;

    private final PgPrices store;
    private final PricesInForce prices;
    private final KnownPrices known;
    private final InstantSource clock;
    private long revision;
    private Future<Void> reading = Future.succeededFuture();

    public PriceFeed(PgPrices store, PricesInForce prices, InstantSource clock) {
        this.store = store;
        this.prices = prices;
        this.known = new KnownPrices(prices);
        this.clock = clock;
    }

    /** Reads what is newer than what was read last, after the reading that is under way: for who has just changed it. */
    public synchronized Future<Void> refresh() {
        reading = reading.otherwiseEmpty().compose(_ -> readNews());
        return reading;
    }

    /** The same for who asks again and again: joins the reading that is under way. */
    public synchronized Future<Void> follow() {
        return reading.isComplete() ? refresh() : reading;
    }

    /** Reads what organizations were charged this month whose terms have steps. */
    public synchronized Future<Void> refreshVolumes() {
        Set<String> organizations = known.organizationsWithSteps();
        if (organizations.isEmpty()) {
            return Future.succeededFuture();
        }
        OffsetDateTime month =
                clock.instant().atOffset(ZoneOffset.UTC).withDayOfMonth(1).truncatedTo(ChronoUnit.DAYS);
        Instant from = month.toInstant();
        Instant to = month.plusMonths(1).toInstant();
        return store.charged(organizations, from, to).map(charged -> {
            Map<String, Volume> volumes = new HashMap<>();
            charged.forEach((organizationId, charge) -> volumes.put(organizationId, volume(charge, from, to)));
            prices.replaceVolumes(volumes);
            return null;
        });
    }

    private static Volume volume(Money charge, Instant from, Instant to) {
        return new Volume(charge, from.toEpochMilli(), to.toEpochMilli());
    }

    private Future<Void> readNews() {
        return store.revision()
                .compose(current -> current == revision
                        ? Future.<Void>succeededFuture()
                        : store.news(revision, current).<Void>map(news -> {
                            take(news);
                            return null;
                        }))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What came so late that a newer reading has overtaken it is known already. */
    private synchronized void take(PgPrices.News news) {
        if (news.revision() > revision) {
            known.take(news.prices(), news.terms());
            revision = news.revision();
        }
    }
}

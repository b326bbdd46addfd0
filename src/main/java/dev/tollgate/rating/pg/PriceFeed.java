package dev.tollgate.rating.pg;

import dev.tollgate.feed.Readings;
import dev.tollgate.feed.VersionedFeed;
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
 * threads.
 */
public final class PriceFeed extends VersionedFeed {
    private final PgPrices store;
    private final PricesInForce prices;
    private final KnownPrices known;
    private final InstantSource clock;

    public PriceFeed(PgPrices store, PricesInForce prices, InstantSource clock) {
        super("prices");
        this.store = store;
        this.prices = prices;
        this.known = new KnownPrices(prices);
        this.clock = clock;
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

    @Override
    protected Future<Integer> readNews() {
        return store.revision()
                .compose(current -> isKnown(current)
                        ? Future.succeededFuture(0)
                        : store.news(version(), current).map(news -> {
                            take(news);
                            return news.prices().size() + news.terms().size();
                        }))
                .timeout(Readings.PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    /** What came so late that a newer reading has overtaken it is known already. */
    private synchronized void take(PgPrices.News news) {
        if (news.revision() > version()) {
            known.take(news.prices(), news.terms());
            known(news.revision());
        }
    }
}

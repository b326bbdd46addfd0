package dev.tollgate.rating;

import dev.tollgate.kernel.Money;
import dev.tollgate.pricing.Cost;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceHistory;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Prices requests again: by the price that is known now to have held when they began, and by the terms that their entries
 * kept. The adjustment is the difference to all that was booked, so that one who does it again finds nothing to do.
 */
public final class Rerating {
    /** Counts and times, which an adjustment leaves as they are. */
    private static final List<String> ZERO = List.of(
            "input_tokens",
            "cached_input_tokens",
            "output_tokens",
            "reasoning_tokens",
            "baseline_cost",
            "total_micros",
            "saved_micros",
            "request_bytes",
            "response_bytes");

    private static final List<String> NONE = List.of(
            "first_byte_micros", "attempts", "raw_usage", "quantity", "savings", "booked_at", "cache", "cache_tier");

    private static final int FIRST_SEQ = 2; // 1 is the truth after a guess

    private final PricesInForce prices;
    private final Set<PriceHistory> models;
    private final boolean all;

    /** @param request says which models */
    public Rerating(PricesInForce prices, RerateRequest request) {
        this.prices = prices;
        this.all = request.models().isEmpty();
        this.models = request.models().stream()
                .map(model -> history(request.provider(), model))
                .collect(Collectors.toSet());
    }

    /** What pricing a request again comes to. */
    public sealed interface Result {
        /** It is of another model, or nothing was consumed. */
        record NotMeant() implements Result {}

        /** It was priced right. */
        record Unchanged() implements Result {}

        /** It can't be priced. */
        record Skipped(String why) implements Result {}

        /**
         * It is to be adjusted.
         *
         * @param entry of the ledger, which does it
         */
        record Adjusted(String organizationId, String model, JsonObject entry, Money providerCost, Money charge)
                implements Result {}
    }

    private static final Result NOT_MEANT = new Result.NotMeant();

    /** Prices a request again. */
    public Result rate(BookedRequest booked) {
        if (booked.priceVersion() == null || booked.usage().isNone()) {
            return NOT_MEANT;
        }
        String served = booked.entry().getString("model_served");
        String sent = booked.entry().getString("model_sent");
        String name = served != null && price(booked, served) != null ? served : sent;
        ModelPrice price = name == null ? null : price(booked, name);
        if (!all && (name == null || !isMeant(booked.provider(), name))) {
            return NOT_MEANT;
        }
        if (price == null || name == null) {
            return new Result.Skipped("no price");
        }
        Tariff tariff = prices.tariffAgain(
                booked.organizationId(), booked.provider(), price, name, Tariff.termsIn(booked.priceVersion()));
        if (tariff == null) {
            return new Result.Skipped("terms not known");
        }
        ServiceTier tier = ServiceTier.ofWire(booked.serviceTier());
        Cost cost = tariff.providerCost(booked.usage(), tier);
        Cost charge = tariff.charge(booked.usage(), tier);
        if (cost.saturated() || charge.saturated()) {
            return new Result.Skipped("beyond all bounds");
        }
        Money costDifference = cost.money().minus(booked.providerCost());
        Money chargeDifference = charge.money().minus(booked.charge());
        if (costDifference.equals(Money.ZERO) && chargeDifference.equals(Money.ZERO)) {
            return new Result.Unchanged();
        }
        return new Result.Adjusted(
                booked.organizationId(),
                price.model(),
                adjustment(booked, tariff, costDifference, chargeDifference),
                costDifference,
                chargeDifference);
    }

    private static JsonObject adjustment(BookedRequest booked, Tariff tariff, Money cost, Money charge) {
        JsonObject entry = booked.entry().copy();
        ZERO.forEach(column -> entry.put(column, 0));
        NONE.forEach(entry::remove);
        JsonArray windows = entry.getJsonArray("window_ids");
        if (windows != null) {
            entry.put("window_holds", new JsonArray(Collections.nCopies(windows.size(), 0)));
        }
        return entry.put("seq", Math.max(FIRST_SEQ, booked.lastSeq() + 1))
                .put("kind", "adjustment")
                .put("flags", "rerated")
                .put("usage", new JsonObject())
                .put("merged_count", 1)
                .put("provider_cost", cost.nanos())
                .put("charge", charge.nanos())
                .put("price_version", tariff.version());
    }

    private @Nullable ModelPrice price(BookedRequest booked, String name) {
        return prices.find(booked.organizationId(), booked.provider(), name, booked.epochMillis());
    }

    private boolean isMeant(String provider, String name) {
        PriceHistory history = prices.book().history(provider, name);
        return history != null && models.contains(history);
    }

    private PriceHistory history(String provider, String model) {
        PriceHistory history = prices.book().history(provider, model);
        if (history == null) {
            throw new IllegalArgumentException("models: " + model + " (expected: a model that has a price)");
        }
        return history;
    }
}

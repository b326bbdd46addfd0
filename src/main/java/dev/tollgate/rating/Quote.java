package dev.tollgate.rating;

import dev.tollgate.bounds.Bound;
import dev.tollgate.bounds.Bounds;
import dev.tollgate.bounds.Certainty;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.Cost;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.rating.QuoteRequest.Counted;
import dev.tollgate.rating.QuoteRequest.Written;
import java.util.EnumSet;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a request would cost with one model.
 *
 * @param inputEstimate input tokens that are to be expected; empty where the meters were given
 * @param inputMost the most input tokens; empty where they were given or are not bounded
 * @param outputMost the most output tokens; empty where they were given or are not bounded
 * @param least the cost of what is given; of a request that of the expected input, without any output
 * @param most the most that it can cost, or null where that is not bounded
 * @param unpriced meters that would move and have no price
 */
public record Quote(
        Tariff tariff,
        OptionalLong inputEstimate,
        OptionalLong inputMost,
        OptionalLong outputMost,
        Figures least,
        @Nullable Figures most,
        Set<Meter> unpriced) {
    /** What the account's owner pays and what the organization pays. */
    public record Figures(Money providerCost, Money charge) {
        Figures dearerOf(Figures other) {
            return new Figures(
                    providerCost.compareTo(other.providerCost) >= 0 ? providerCost : other.providerCost,
                    charge.compareTo(other.charge) >= 0 ? charge : other.charge);
        }
    }

    /** What is asked for, priced by a tariff at a provider. */
    static Quote of(QuoteRequest.Asked asked, String provider, Tariff tariff, Bounds bounds) {
        return switch (asked) {
            case Counted counted -> counted(counted, tariff);
            case Written written ->
                written(
                        written,
                        tariff,
                        bounds.of(
                                written.operation(),
                                written.body(),
                                provider,
                                tariff.price().model(),
                                tariff));
        };
    }

    private static Quote counted(Counted asked, Tariff tariff) {
        Cost cost = tariff.providerCost(asked.usage(), asked.tier());
        Figures figures = figures(tariff, asked.usage(), asked.tier());
        Set<Meter> unpriced = EnumSet.noneOf(Meter.class);
        unpriced.addAll(cost.unpriced());
        unpriced.addAll(tariff.charge(asked.usage(), asked.tier()).unpriced());
        OptionalLong given = OptionalLong.empty();
        return new Quote(tariff, given, given, given, figures, figures, unpriced);
    }

    private static Quote written(Written asked, Tariff tariff, Bound bound) {
        long estimate = asked.text().tokens(tariff.price().model());
        Usage expected = Usage.builder().set(Meter.INPUT, estimate).build();
        Figures least = figures(tariff, expected, asked.tier());
        return new Quote(
                tariff,
                OptionalLong.of(estimate),
                bound.work() == Certainty.UNBOUNDED
                        ? OptionalLong.empty()
                        : OptionalLong.of(Math.max(bound.inputTokens(), estimate)),
                bound.outputCap() == Bound.UNKNOWN
                        ? OptionalLong.empty()
                        : OptionalLong.of(bound.output().tokens()),
                least,
                bound.certainty() == Certainty.UNBOUNDED ? null : most(bound).dearerOf(least),
                tariff.providerCost(expected, asked.tier()).unpriced());
    }

    private static Figures most(Bound bound) {
        return new Figures(new Money(bound.providerCostNanos()), new Money(bound.chargeNanos()));
    }

    private static Figures figures(Tariff tariff, Usage usage, ServiceTier tier) {
        return new Figures(
                tariff.providerCost(usage, tier).money(),
                tariff.charge(usage, tier).money());
    }
}

package dev.tollgate.rating;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Usage;
import dev.tollgate.pricing.Cost;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.Rates;
import dev.tollgate.pricing.ServiceTier;
import dev.tollgate.pricing.Tariff;
import dev.tollgate.rating.QuoteRequest.Counted;
import dev.tollgate.rating.QuoteRequest.Written;
import java.util.EnumSet;
import java.util.List;
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
    private static final List<Meter> TEXT_INPUT = List.of(Meter.INPUT, Meter.CACHE_WRITE, Meter.CACHE_WRITE_LONG);
    private static final String TOOL = "tool ";

    /** What the account's owner pays and what the organization pays. */
    public record Figures(Money providerCost, Money charge) {
        Figures dearerOf(Figures other) {
            return new Figures(
                    providerCost.compareTo(other.providerCost) >= 0 ? providerCost : other.providerCost,
                    charge.compareTo(other.charge) >= 0 ? charge : other.charge);
        }
    }

    /** What is asked for, priced by a tariff. */
    static Quote of(QuoteRequest.Asked asked, Tariff tariff) {
        return switch (asked) {
            case Counted counted -> counted(counted, tariff);
            case Written written -> written(written, tariff);
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

    private static Quote written(Written asked, Tariff tariff) {
        ModelPrice price = tariff.price();
        long estimate = asked.text().tokens(price.model());
        OptionalLong inputMost = inputMost(asked, price, estimate);
        OptionalLong outputMost = outputMost(asked, price);
        Usage expected = Usage.builder().set(Meter.INPUT, estimate).build();
        boolean tools = asked.unseen().stream().anyMatch(kind -> kind.startsWith(TOOL));
        Figures most = null;
        if (inputMost.isPresent() && outputMost.isPresent() && !tools) {
            boolean textOnly = asked.unseen().isEmpty();
            most = most(tariff, inputMost.getAsLong(), outputMost.getAsLong(), asked.tier(), textOnly);
            if (asked.tier() != ServiceTier.STANDARD) { // as which the provider may serve it, too
                most = most.dearerOf(
                        most(tariff, inputMost.getAsLong(), outputMost.getAsLong(), ServiceTier.STANDARD, textOnly));
            }
        }
        return new Quote(
                tariff,
                OptionalLong.of(estimate),
                inputMost,
                outputMost,
                figures(tariff, expected, asked.tier()),
                most,
                tariff.providerCost(expected, asked.tier()).unpriced());
    }

    /** No token of text is shorter than a byte; the marks around messages are shorter than their JSON. */
    private static OptionalLong inputMost(Written asked, ModelPrice price, long estimate) {
        OptionalLong max = price.maxInputTokens();
        if (!asked.unseen().isEmpty()) {
            return max.isPresent() ? OptionalLong.of(Math.max(max.getAsLong(), estimate)) : max;
        }
        long most = max.isPresent() ? Math.min(asked.bytes(), max.getAsLong()) : asked.bytes();
        return OptionalLong.of(Math.max(most, estimate));
    }

    private static OptionalLong outputMost(Written asked, ModelPrice price) {
        if (asked.outputCap() >= 0 || price.maxOutputTokens().isEmpty()) {
            return asked.outputCap() >= 0 ? OptionalLong.of(asked.outputCap()) : OptionalLong.empty();
        }
        long most = price.maxOutputTokens().getAsLong() * asked.choices();
        return OptionalLong.of(most < 0 ? Long.MAX_VALUE : most);
    }

    /** All input on the dearest meter that it can be on, and all output on the dearest of its own. */
    private static Figures most(Tariff tariff, long input, long output, ServiceTier tier, boolean textOnly) {
        List<Meter> inputs = textOnly ? TEXT_INPUT : of(Meter.Kind.INPUT_TOKEN);
        List<Meter> outputs = textOnly ? List.of(Meter.OUTPUT, Meter.REASONING) : of(Meter.Kind.OUTPUT_TOKEN);
        Money providerCost = tariff.providerCost(dearest(tariff.price(), input, inputs, output, outputs, tier), tier)
                .money();
        Money charge = tariff.charge(dearest(tariff.charged(), input, inputs, output, outputs, tier), tier)
                .money();
        return new Figures(providerCost, charge);
    }

    private static Usage dearest(
            ModelPrice price, long input, List<Meter> inputs, long output, List<Meter> outputs, ServiceTier tier) {
        Rates rates = price.rates(tier, input);
        return Usage.builder()
                .set(dearest(rates, inputs), input)
                .set(dearest(rates, outputs), output)
                .build();
    }

    private static Meter dearest(Rates rates, List<Meter> meters) {
        Meter dearest = meters.getFirst();
        for (Meter meter : meters) {
            if (rates.price(meter).orElse(-1) > rates.price(dearest).orElse(-1)) {
                dearest = meter;
            }
        }
        return dearest;
    }

    private static List<Meter> of(Meter.Kind kind) {
        return List.of(Meter.values()).stream()
                .filter(meter -> meter.kind() == kind)
                .toList();
    }

    private static Figures figures(Tariff tariff, Usage usage, ServiceTier tier) {
        return new Figures(
                tariff.providerCost(usage, tier).money(),
                tariff.charge(usage, tier).money());
    }
}

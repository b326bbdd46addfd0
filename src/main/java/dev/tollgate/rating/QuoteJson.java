package dev.tollgate.rating;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.ProblemCode;
import java.util.OptionalLong;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Quotes as they are shown. */
public final class QuoteJson {
    private QuoteJson() {}

    /** What a request would cost with one model at one provider. */
    public static ObjectNode of(Quotes.Candidate candidate) {
        ObjectNode json = JsonNodeFactory.instance
                .objectNode()
                .put("model", candidate.asked())
                .put("provider", candidate.provider());
        Quote quote = candidate.quote();
        if (quote == null) {
            json.putObject("error")
                    .put("code", ProblemCode.MODEL_NOT_PRICED.label())
                    .put("message", "No provider has a price for " + candidate.asked() + ".");
            return json;
        }
        json.put("price_version", quote.tariff().version());
        if (quote.inputEstimate().isPresent()) {
            number(
                    json.putObject("input_tokens")
                            .put("estimate", quote.inputEstimate().getAsLong()),
                    quote.inputMost());
            number(json.putObject("output_tokens"), quote.outputMost());
        }
        figures(json.putObject("provider_cost"), quote, Quote.Figures::providerCost);
        figures(json.putObject("charge"), quote, Quote.Figures::charge);
        ArrayNode unpriced = json.putArray("unpriced_meters");
        quote.unpriced().stream().map(Meter::label).forEach(unpriced::add);
        return json;
    }

    private static void number(ObjectNode json, OptionalLong upper) {
        if (upper.isPresent()) {
            json.put("upper", upper.getAsLong());
        } else {
            json.putNull("upper");
        }
    }

    private static void figures(ObjectNode json, Quote quote, Function<Quote.Figures, Money> figure) {
        money(json, "lower", figure.apply(quote.least()));
        Quote.Figures most = quote.most();
        money(json, "upper", most == null ? null : figure.apply(most));
    }

    private static void money(ObjectNode json, String name, @Nullable Money money) {
        if (money == null) {
            json.putNull(name).putNull(name + "_nanodollars");
        } else {
            json.put(name, money.toDollars()).put(name + "_nanodollars", money.nanos());
        }
    }
}

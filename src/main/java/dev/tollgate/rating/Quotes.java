package dev.tollgate.rating;

import dev.tollgate.bounds.Bounds;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PricesInForce;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Says what requests would cost, by the prices and terms that are in force. */
public final class Quotes {
    /** No organization has it, so that no terms hold. */
    private static final String NOBODY = "";

    private final PricesInForce prices;
    private final Bounds bounds = new Bounds();

    public Quotes(PricesInForce prices) {
        this.prices = prices;
    }

    /**
     * What was found for one model.
     *
     * @param asked its name in the question
     * @param provider null where no provider has a price for it
     * @param quote null where no provider has a price for it
     */
    public record Candidate(
            String asked,
            @Nullable String provider,
            @Nullable Quote quote) {}

    /** The cost with each model, at each provider that has a price for it. */
    public List<Candidate> of(QuoteRequest request, long epochMillis) {
        String organizationId = request.organizationId() == null ? NOBODY : request.organizationId();
        List<Candidate> candidates = new ArrayList<>();
        for (String model : request.models()) {
            int before = candidates.size();
            for (String provider : new TreeSet<>(prices.providers(organizationId, epochMillis))) {
                String name = nameAt(provider, model);
                ModelPrice price = prices.find(organizationId, provider, name, epochMillis);
                if (price != null) {
                    candidates.add(new Candidate(
                            model,
                            provider,
                            Quote.of(
                                    request.asked(),
                                    provider,
                                    prices.tariff(organizationId, provider, price, name, epochMillis),
                                    bounds)));
                }
            }
            if (candidates.size() == before) {
                candidates.add(new Candidate(model, null, null));
            }
        }
        return candidates;
    }

    /** {@code provider/model} names the provider; to others it is the model's whole name. */
    private static String nameAt(String provider, String model) {
        return model.startsWith(provider + "/") ? model.substring(provider.length() + 1) : model;
    }
}

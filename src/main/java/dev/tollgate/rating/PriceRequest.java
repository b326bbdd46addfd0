package dev.tollgate.rating;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Money;
import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.ModelPriceReader;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.pricing.ServiceTier;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Reads what somebody asks to add as a price. A version holds from now or from later on, a correction from a time that has
 * passed. What a price does not state of tools and bounds is carried over from the price before it, so that a version says
 * everything by itself.
 */
public final class PriceRequest {
    private static final Set<String> FIELDS =
            Set.of("provider", "price", "effective_from", "effective_to", "source", "note");
    private static final List<Meter> TOOLS = List.of(Meter.WEB_SEARCH, Meter.FILE_SEARCH, Meter.CODE_SESSION);

    private PriceRequest() {}

    /**
     * Reads a request.
     *
     * @throws IllegalArgumentException naming the place, where anything is not understood
     * @throws Problem where {@code tollgate.yaml} declares the price
     */
    public static NewPrice read(JsonPlace body, Origin origin, PricesInForce prices, Instant now) {
        body.allowOnly(FIELDS);
        String provider = body.get("provider").text();
        ModelPrice given = ModelPriceReader.read(
                "price", provider, "new", body.get("price").node());
        Instant from = from(body, origin, now.truncatedTo(ChronoUnit.MILLIS));
        JsonPlace to = body.findValue("effective_to");
        if (to != null && !to.instant().isAfter(from)) {
            throw to.expected("a time after effective_from");
        }
        refuseDeclared(prices, provider, given);
        ObjectNode price = body.get("price").node().deepCopy();
        carryOver(price, prices.book().find(provider, given.model(), from.toEpochMilli()));
        JsonPlace note = body.findValue("note");
        return new NewPrice(
                provider,
                given.model(),
                origin,
                from,
                to == null ? null : to.instant(),
                price.toString(),
                body.get("source").text(),
                note == null ? null : note.text());
    }

    private static Instant from(JsonPlace body, Origin origin, Instant now) {
        if (origin == Origin.CORRECTION) {
            JsonPlace from = body.get("effective_from");
            if (!from.instant().isBefore(now)) {
                throw from.expected("a time that has passed; what is to come is added by POST /admin/v1/prices");
            }
            return from.instant();
        }
        JsonPlace from = body.findValue("effective_from");
        if (from != null && from.instant().isBefore(now)) {
            throw from.expected("now or later; what has passed is corrected by POST /admin/v1/prices/corrections");
        }
        return from == null ? now : from.instant();
    }

    static void refuseDeclared(PricesInForce prices, String provider, ModelPrice price) {
        if (prices.isDeclared(provider, price.model())) {
            throw new Problem(
                    ProblemCode.DECLARED_IN_FILE,
                    "The price of " + price.model() + " at " + provider + " is declared in " + prices.declaredIn()
                            + " and is changed there.",
                    "price");
        }
    }

    /** Completes a price by what the one before it says of tools and bounds. */
    static void carryOver(ObjectNode price, @Nullable ModelPrice before) {
        if (before == null) {
            return;
        }
        ObjectNode standard = (ObjectNode) price.get("standard");
        for (Meter tool : TOOLS) {
            OptionalLong nanos = before.rates(ServiceTier.STANDARD, 0).price(tool);
            if (nanos.isPresent() && !standard.has(tool.label())) {
                standard.put(tool.label(), new Money(nanos.getAsLong()).toDollars());
            }
        }
        carryOver(price, "max_input", before.maxInputTokens());
        carryOver(price, "max_output", before.maxOutputTokens());
    }

    private static void carryOver(ObjectNode price, String bound, OptionalLong before) {
        if (before.isPresent() && !price.has(bound)) {
            price.put(bound, before.getAsLong());
        }
    }
}

package dev.tollgate.platform;

import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.PricedCatalogue;
import dev.tollgate.routing.RouteCheck;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingKind;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;

/**
 * What {@code tollgate.yaml} declares, put in force whole or not at all: what is wrong in a text is a {@link StartFailure},
 * and changes nothing. For one thread at a time.
 */
@Singleton
final class FileInForce {
    private static final Logger LOG = Logger.getLogger(FileInForce.class);

    private final PricesInForce prices;
    private final RoutesInForce routes;
    private final PricedCatalogue catalogue;
    private final InstantSource clock;
    private Map<String, String> priceTexts = Map.of();

    FileInForce(PricesInForce prices, RoutesInForce routes, PricedCatalogue catalogue, InstantSource clock) {
        this.prices = prices;
        this.routes = routes;
        this.catalogue = catalogue;
        this.clock = clock;
    }

    /** The first text, before any request is let in. */
    void begin(String file, String text) {
        TollgateYaml declared = checked(file, text);
        prices.areDeclaredIn(file);
        prices.declare(declared.prices());
        putInForce(declared);
    }

    /** Another text. Requests that began before are priced as they were. */
    void change(String file, String text) {
        TollgateYaml declared = checked(file, text);
        refuseOtherPrices(file, declared);
        if (!declared.priceTexts().equals(priceTexts)) {
            prices.declareFrom(declared.prices(), clock.millis());
        }
        putInForce(declared);
    }

    private void putInForce(TollgateYaml declared) {
        routes.declare(declared.routing());
        priceTexts = declared.priceTexts();
    }

    /** A version says the same for good. */
    private void refuseOtherPrices(String file, TollgateYaml declared) {
        declared.priceTexts().forEach((version, text) -> {
            String before = priceTexts.get(version);
            if (before != null && !before.equals(text)) {
                throw new StartFailure(file + ": prices: version: " + version
                        + " was something else (expected: another version for other prices, because entries of the"
                        + " ledger name their price by it)");
            }
        });
    }

    /** As a whole: routes may name models that the prices beside them make known. */
    private TollgateYaml checked(String file, String text) {
        TollgateYaml declared;
        PriceBook book;
        try {
            declared = TollgateYaml.read(file, text);
            book = prices.bookWith(declared.prices());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(file + ": prices: " + e.getMessage());
        }
        List<String> wrong = RouteCheck.of(
                routes.stored().with(declared.routing().routes()),
                catalogue.pricedBy(book),
                place(declared.routing(), RoutingKind.ROUTE),
                place(declared.routing(), RoutingKind.TIER));
        List<String> own =
                wrong.stream().filter(problem -> problem.startsWith(file)).toList();
        if (!own.isEmpty()) {
            throw new StartFailure(String.join("; ", own));
        }
        wrong.forEach(problem -> LOG.debugf("Stored, and not as it should be beside %s: %s", file, problem));
        return declared;
    }

    private static Function<String, String> place(Declaration declaration, RoutingKind kind) {
        return name -> {
            Declaration.Item item = declaration.find(kind, name);
            return item == null ? kind.label() + " " + name + ": " : item.place() + ".";
        };
    }
}

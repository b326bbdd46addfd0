package dev.tollgate.platform;

import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PricesInForce;
import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.PricedCatalogue;
import dev.tollgate.routing.RouteCheck;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingKind;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/**
 * Follows {@code tollgate.yaml}: whenever its text is another one, its prices and routes are put in force together. One
 * that is not as it should be changes nothing.
 */
@Singleton
final class DeclaredFile {
    private static final Logger LOG = Logger.getLogger(DeclaredFile.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final PricesInForce prices;
    private final RoutesInForce routes;
    private final PricedCatalogue catalogue;
    private final InstantSource clock;
    private final Counter changes;
    private final @Nullable Path file;
    private String text = "";
    private String seen = "";
    private Map<String, String> priceTexts = Map.of();
    private volatile @Nullable String complaint;
    private volatile boolean stopped;

    DeclaredFile(
            TollgateConfig config,
            Vertx vertx,
            PricesInForce prices,
            RoutesInForce routes,
            PricedCatalogue catalogue,
            InstantSource clock,
            MeterRegistry metrics) {
        this.file = config.config().map(Path::of).orElse(null);
        this.vertx = vertx;
        this.prices = prices;
        this.routes = routes;
        this.catalogue = catalogue;
        this.clock = clock;
        if (file != null) {
            prices.areDeclaredIn(file.toString());
        }
        this.changes = Counter.builder("tollgate.config.changes")
                .description("Changes of tollgate.yaml that were put in force")
                .register(metrics);
        Gauge.builder("tollgate.config.refused", this, declared -> declared.complaint == null ? 0 : 1)
                .description("1 while tollgate.yaml is wrong or can't be read, and what it declared before is in force")
                .register(metrics);
    }

    /**
     * Reads it once and goes on following. Prices, rules, accounts and the other routes must be known; fails where the
     * file names what is not there.
     */
    Future<Void> follow() {
        if (file == null) {
            return Future.succeededFuture();
        }
        return reading(this::declareFirst)
                .onSuccess(_ -> vertx.setPeriodic(POLL_MILLIS, _ -> reading(this::declareAgain)));
    }

    void stop() {
        stopped = true;
    }

    /** Files are read on a worker thread; one reading at a time. */
    private Future<Void> reading(Runnable reading) {
        return vertx.<Boolean>executeBlocking(() -> {
                    reading.run();
                    return true;
                })
                .mapEmpty();
    }

    /** No request was let in yet. */
    private synchronized void declareFirst() {
        if (file != null) {
            String now = read(file);
            TollgateYaml declared = checked(file, now);
            prices.declare(declared.prices());
            inForce(declared, now);
        }
    }

    /** Called again and again; a text is complete when it was the same twice. One that is refused is tried again, too. */
    private synchronized void declareAgain() {
        if (stopped || file == null) {
            return;
        }
        try {
            String now = read(file);
            boolean isComplete = now.equals(seen);
            seen = now;
            if (isComplete && !now.equals(text)) {
                change(file, now);
            } else if (isComplete) {
                complaint = null;
            }
        } catch (StartFailure e) {
            complain(String.valueOf(e.getMessage()));
        } catch (UncheckedIOException e) {
            complain(file + ": can't be read: " + e.getMessage());
        }
    }

    private void change(Path from, String now) {
        TollgateYaml declared = checked(from, now);
        if (!declared.priceTexts().equals(priceTexts)) {
            declared.priceTexts().forEach((version, price) -> {
                if (priceTexts.containsKey(version) && !price.equals(priceTexts.get(version))) {
                    throw new StartFailure(from + ": prices: version: " + version
                            + " was something else (expected: another version for other prices, because entries of the"
                            + " ledger name their price by it)");
                }
            });
            prices.declareFrom(declared.prices(), clock.millis());
        }
        inForce(declared, now);
        changes.increment();
        LOG.infof("%s was changed, and is in force", from);
    }

    private void inForce(TollgateYaml declared, String now) {
        routes.declare(declared.routing());
        priceTexts = declared.priceTexts();
        text = now;
        complaint = null;
    }

    /** Once for each thing that is wrong, not once for each look. */
    private void complain(String why) {
        if (!why.equals(complaint)) {
            LOG.warnf("What it declared before stays in force: %s", why);
        }
        complaint = why;
    }

    /** The file as a whole: its routes may name models that its prices make known. */
    private TollgateYaml checked(Path from, String yaml) {
        TollgateYaml declared;
        PriceBook book;
        try {
            declared = TollgateYaml.read(from.toString(), yaml);
            book = prices.bookWith(declared.prices());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (IllegalArgumentException e) {
            throw new StartFailure(from + ": prices: " + e.getMessage());
        }
        Declaration routing = declared.routing();
        List<String> wrong = RouteCheck.of(
                routes.stored().with(routing.routes()),
                catalogue.pricedBy(book),
                place(routing, RoutingKind.ROUTE),
                place(routing, RoutingKind.TIER));
        List<String> own = wrong.stream()
                .filter(problem -> problem.startsWith(from.toString()))
                .toList();
        if (!own.isEmpty()) {
            throw new StartFailure(String.join("; ", own));
        }
        return declared;
    }

    private static Function<String, String> place(Declaration declaration, RoutingKind kind) {
        return name -> {
            Declaration.Item item = declaration.find(kind, name);
            return item == null ? kind.label() + " " + name + ": " : item.place() + ".";
        };
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

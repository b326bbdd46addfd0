package dev.tollgate.platform;

import dev.tollgate.routing.Catalogue;
import dev.tollgate.routing.Declaration;
import dev.tollgate.routing.RouteCheck;
import dev.tollgate.routing.RoutesInForce;
import dev.tollgate.routing.RoutingKind;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import org.jboss.logging.Logger;
import org.jspecify.annotations.Nullable;

/** Follows the routes of {@code tollgate.yaml}, whenever its text is another one. One that is not as it should be changes nothing. */
@Singleton
final class DeclaredRoutes {
    private static final Logger LOG = Logger.getLogger(DeclaredRoutes.class);
    private static final long POLL_MILLIS = 500;

    private final Vertx vertx;
    private final RoutesInForce routes;
    private final Catalogue catalogue;
    private final @Nullable Path file;
    private String text = "";
    private String seen = "";
    private volatile boolean stopped;

    DeclaredRoutes(TollgateConfig config, Vertx vertx, RoutesInForce routes, Catalogue catalogue) {
        this.file = config.config().map(Path::of).orElse(null);
        this.vertx = vertx;
        this.routes = routes;
        this.catalogue = catalogue;
    }

    /**
     * Reads them once and goes on following. Prices, rules, accounts and the other routes must be known; fails where the
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

    private synchronized void declareFirst() {
        if (file != null) {
            text = read(file);
            declare(file, text);
        }
    }

    /** Called again and again; a text is complete when it was the same twice. */
    private synchronized void declareAgain() {
        if (stopped || file == null) {
            return;
        }
        try {
            String now = read(file);
            if (!now.equals(text) && now.equals(seen)) {
                text = now;
                declare(file, now);
                LOG.infof("%s was changed; its routes are in force", file);
            }
            seen = now;
        } catch (StartFailure e) {
            LOG.warnf("What it declared before stays in force: %s", e.getMessage());
        } catch (UncheckedIOException e) {
            LOG.debugf("%s can't be read: %s", file, e.getMessage()); // it may be being written
        }
    }

    private void declare(Path from, String yaml) {
        Declaration declaration;
        try {
            declaration = TollgateYaml.read(from.toString(), yaml).routing();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> wrong = RouteCheck.of(
                routes.stored().with(declaration.routes()),
                catalogue,
                place(declaration, RoutingKind.ROUTE),
                place(declaration, RoutingKind.TIER));
        List<String> own = wrong.stream()
                .filter(problem -> problem.startsWith(from.toString()))
                .toList();
        if (!own.isEmpty()) {
            throw new StartFailure(String.join("; ", own));
        }
        routes.declare(declaration);
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

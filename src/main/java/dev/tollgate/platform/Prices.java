package dev.tollgate.platform;

import dev.tollgate.pricing.ModelPrice;
import dev.tollgate.pricing.PriceBook;
import dev.tollgate.pricing.PriceFile;
import dev.tollgate.pricing.PriceFileReader;
import dev.tollgate.pricing.PricesInForce;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import jakarta.inject.Singleton;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The prices of files: those that come with Tollgate, those declared on top, and the ceiling for models without one. */
@Singleton
final class Prices {
    private static final String UNPRICED = "unpriced";

    private final TollgateConfig config;
    private final PricesInForce inForce;

    Prices(TollgateConfig config, PricesInForce inForce) {
        this.config = config;
        this.inForce = inForce;
    }

    /** Puts the price files in force; what is wrong in one, or with the ceiling, is a {@link StartFailure}. */
    void prepare() {
        TollgateYaml yaml =
                config.config().map(Path::of).map(TollgateYaml::read).orElse(TollgateYaml.NONE);
        try {
            inForce.begin(PriceBook.builtIn(), yaml.prices());
        } catch (IllegalArgumentException e) {
            throw new StartFailure("tollgate.yaml: prices: " + e.getMessage());
        }
        ceiling(config);
    }

    /** What a model without a price is charged at, or null where it is refused. */
    static @Nullable ModelPrice ceiling(TollgateConfig config) {
        String input = config.unpricedInput().orElse(null);
        String output = config.unpricedOutput().orElse(null);
        if (input == null && output == null) {
            return null;
        }
        if (input == null || output == null) {
            throw new StartFailure(
                    "TOLLGATE_UNPRICED_INPUT and TOLLGATE_UNPRICED_OUTPUT go together: set both or none.");
        }
        JsonObject model = new JsonObject()
                .put("model", UNPRICED)
                .put("standard", new JsonObject().put("input", input).put("output", output))
                .put("unverified", true);
        JsonObject file = new JsonObject()
                .put("provider", UNPRICED)
                .put("currency", "USD")
                .put("version", "ceiling")
                .put("source", "TOLLGATE_UNPRICED_INPUT and TOLLGATE_UNPRICED_OUTPUT")
                .put("models", new JsonArray().add(model));
        try {
            PriceFile ceiling = PriceFileReader.read(
                    "TOLLGATE_UNPRICED_*",
                    new ByteArrayInputStream(file.toBuffer().getBytes()));
            return Objects.requireNonNull(PriceBook.empty().with(ceiling).find(UNPRICED, UNPRICED));
        } catch (IllegalArgumentException e) {
            throw new StartFailure(String.valueOf(e.getMessage()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

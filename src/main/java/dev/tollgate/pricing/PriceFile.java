package dev.tollgate.pricing;

import java.util.List;

/**
 * The prices of one provider at one time.
 *
 * @param version names these prices for good: provider and version, for example {@code openai/2026-11-21}
 */
public record PriceFile(String provider, String version, List<ModelPrice> models) {
    public PriceFile {
        models = List.copyOf(models);
    }
}

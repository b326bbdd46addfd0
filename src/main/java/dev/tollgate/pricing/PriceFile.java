package dev.tollgate.pricing;

import java.time.LocalDate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The prices of one provider at one time.
 *
 * @param version names these prices for good: provider and version, for example {@code openai/2026-11-21}
 * @param from the day on which they begin, at midnight UTC, or null where they are in force
 */
public record PriceFile(
        String provider, String version, @Nullable LocalDate from, List<ModelPrice> models) {
    public PriceFile {
        models = List.copyOf(models);
    }
}

package dev.tollgate.provider;

import dev.tollgate.pricing.ModelPrice;
import org.jspecify.annotations.Nullable;

/**
 * An account that can serve a request.
 *
 * @param model the model's name there, or null where the request runs none
 * @param price the model's price, or null where the request runs none
 */
public record Candidate(
        Account account, @Nullable String model, @Nullable ModelPrice price) {}

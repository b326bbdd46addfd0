package dev.tollgate.provider;

import dev.tollgate.pricing.ModelPrice;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * An account that can serve a request.
 *
 * @param model the model's name there, or null where the request runs none
 * @param price the model's price, or null where the request runs none
 */
public record Candidate(
        Account account, @Nullable String model, @Nullable ModelPrice price) {

    /** Whether it is the same model at the same account, if with a key that the caller brought. */
    public boolean isAt(Candidate other) {
        return Objects.equals(model, other.model)
                && (account.id().equals(other.account.id()) || account.isWithCallersKeyAt(other.account));
    }
}

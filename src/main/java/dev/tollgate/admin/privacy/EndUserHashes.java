package dev.tollgate.admin.privacy;

import static java.util.Objects.requireNonNull;

import java.util.function.BinaryOperator;
import org.jspecify.annotations.Nullable;

/** Finds the hash that the ledger knows an end user by. What computes it is set once, at start. */
public final class EndUserHashes {
    private volatile @Nullable BinaryOperator<String> compute;

    /** @param operator of an organization and what its application calls the end user, to the hash */
    public void computeBy(BinaryOperator<String> operator) {
        compute = operator;
    }

    /** The hash of what an organization's application calls an end user. */
    public String of(String organizationId, String id) {
        return requireNonNull(compute, "not started").apply(organizationId, id);
    }
}

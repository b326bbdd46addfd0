package dev.tollgate.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What settings are for, within an organization.
 *
 * @param clientId the client that they are for, or null for the organization itself
 * @param feature its name, or {@link #OTHERS}
 */
public record Place(@Nullable String clientId, String feature) {
    /** Stands for all features that the same organization or client does not name, and for requests without a feature. */
    public static final String OTHERS = "*";

    private static final Pattern FEATURE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9_.:/-]{0,99}|\\*");

    /** The place that a request names; fails with {@code invalid_value} for what can't be a feature. */
    public static Place named(@Nullable String clientId, String feature) {
        if (!FEATURE.matcher(feature).matches()) {
            throw new Problem(
                    ProblemCode.INVALID_VALUE,
                    "feature: not a name (expected: 1 to 100 letters, digits and _ . : / -, beginning with a letter or"
                            + " digit; or * for all others)",
                    "feature");
        }
        return new Place(clientId, feature);
    }

    /** {@code chat of cli_7c3n5v1z8y2d}. */
    @Override
    public String toString() {
        return feature + " of " + (clientId == null ? "the organization" : clientId);
    }
}

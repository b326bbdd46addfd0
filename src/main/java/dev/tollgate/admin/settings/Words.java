package dev.tollgate.admin.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import org.jspecify.annotations.Nullable;

/** What parameters mean that several operations have. */
final class Words {
    static final String ORGANIZATION = "Whose settings; by default the organization of the token.";

    static final String CLIENT = "Those of this client; left out, those of the organization itself.";

    static final String ONE_FEATURE = "Those for this feature; `*` is the one that stands for all others.";

    static final String CASCADE = "What becomes of clients whose own values would be wider than what they inherit:"
            + " `refuse` (by default) refuses the change, `clamp` narrows them with it.";

    static final String DRY_RUN = "`true` tells what the change would do, and does nothing.";

    private Words() {}

    static boolean isTrue(String name, @Nullable String value) {
        if (value == null || value.equals("false") || value.equals("true")) {
            return "true".equals(value);
        }
        throw new Problem(ProblemCode.INVALID_VALUE, name + ": expected: true or false", name);
    }
}

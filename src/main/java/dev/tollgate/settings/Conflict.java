package dev.tollgate.settings;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A client's value that is wider than what it inherits.
 *
 * @param value the client's, as it is shown
 * @param bound what it would have to be: {@code at most 100}
 * @param from where the bound comes from
 */
public record Conflict(Place place, Setting<?> setting, Object value, String bound, Source from) {
    private static final int TOLD_MAX = 10;

    String told() {
        return setting.label() + " " + value + " for " + place + " (expected: " + bound + ", " + from.words() + ")";
    }

    /** What refuses to widen a client's own settings. */
    static Problem tooWide(List<Conflict> conflicts) {
        return new Problem(
                ProblemCode.CONFLICT,
                "A client may only narrow: " + told(conflicts) + ".",
                conflicts.getFirst().setting.label());
    }

    /** What refuses to narrow an organization's settings below those of its clients. */
    static Problem wouldStayWider(List<Conflict> conflicts) {
        return new Problem(
                ProblemCode.CONFLICT,
                conflicts.size() + (conflicts.size() == 1 ? " value" : " values") + " of clients would be wider: "
                        + told(conflicts) + ". Narrow them first, or with this change by cascade=clamp.",
                "cascade");
    }

    private static String told(List<Conflict> conflicts) {
        String first = conflicts.stream().limit(TOLD_MAX).map(Conflict::told).collect(Collectors.joining("; "));
        return conflicts.size() > TOLD_MAX ? first + "; and " + (conflicts.size() - TOLD_MAX) + " more" : first;
    }
}

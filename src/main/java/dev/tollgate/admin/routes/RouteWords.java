package dev.tollgate.admin.routes;

import dev.tollgate.kernel.Problem;
import dev.tollgate.kernel.ProblemCode;
import dev.tollgate.limits.Traits;
import dev.tollgate.routing.when.Labels;
import dev.tollgate.routing.when.Modality;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import dev.tollgate.routing.when.Urgency;
import dev.tollgate.settings.RoutingPreferences;
import dev.tollgate.settings.Setting;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.IntSupplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Reads what routes look at from the words of a question. */
final class RouteWords {
    private static final int PERCENT_MAX = 100;

    private RouteWords() {}

    /** @param budgetLeft of the caller's budgets, where the question does not say it */
    static RequestTraits traits(RouteQuestion question, RouteCaller whose, Instant now, IntSupplier budgetLeft) {
        Traits traits = whose.traits();
        int left = question.budgetLeft() == null
                ? budgetLeft.getAsInt()
                : percent("budget_left", question.budgetLeft(), PERCENT_MAX);
        RoutingPreferences set = whose.settings().get(Setting.ROUTING);
        return new RequestTraits(
                traits.organizationId(),
                traits.tier(),
                traits.feature(),
                traits.tags(),
                question.at() == null ? now : question.at(),
                question.promptBytes() == null ? 0 : question.promptBytes(),
                modalities(question.modality()),
                Boolean.TRUE.equals(question.tools()),
                question.urgency() == null ? Urgency.NORMAL : constant("urgency", question.urgency(), Urgency.class),
                percent("difficulty", question.difficulty(), -1),
                () -> left,
                question.prefer() == null
                        ? Preference.of(set == null ? null : set.prefer())
                        : constant("prefer", question.prefer(), Preference.class),
                question.session() == null ? traits.endUser() : question.session());
    }

    private static Set<Modality> modalities(@Nullable List<String> labels) {
        Set<Modality> modalities = EnumSet.noneOf(Modality.class);
        for (String label : labels == null ? List.<String>of() : labels) {
            modalities.add(constant("modality", label, Modality.class));
        }
        return modalities.isEmpty() ? EnumSet.of(Modality.TEXT) : modalities;
    }

    private static int percent(String member, @Nullable Integer given, int otherwise) {
        if (given == null) {
            return otherwise;
        }
        if (given < 0 || given > PERCENT_MAX) {
            throw new Problem(ProblemCode.INVALID_VALUE, member + ": " + given + " (expected: 0..100)", member);
        }
        return given;
    }

    private static <E extends Enum<E>> E constant(String member, String label, Class<E> type) {
        for (E constant : type.getEnumConstants()) {
            if (Labels.of(constant).equals(label)) {
                return constant;
            }
        }
        String expected = Arrays.stream(type.getEnumConstants()).map(Labels::of).collect(Collectors.joining(", "));
        throw new Problem(ProblemCode.INVALID_VALUE, member + ": expected: " + expected, member);
    }

    static <T> List<T> joined(List<T> first, List<T> rest) {
        List<T> all = new ArrayList<>(first);
        all.addAll(rest);
        return all;
    }
}

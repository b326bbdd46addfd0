package dev.tollgate.routing;

import dev.tollgate.kernel.NamePatterns;
import dev.tollgate.routing.when.Preference;
import dev.tollgate.routing.when.RequestTraits;
import java.util.List;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How requests of a tier are routed.
 *
 * @param tier its name
 * @param models that it may use, as providers call them, however they are asked for; null for all
 * @param defaultModel a model or route for requests that name none, or null
 * @param substitutes for names that it may not use, the first that fits
 * @param prefer by what the places of routes are put in order, where nothing is set for the feature; null to leave it to
 *     the route
 * @param lowBudget what is done as a budget runs down
 */
public record TierRouting(
        String tier,
        @Nullable NamePatterns models,
        @Nullable String defaultModel,
        List<Substitute> substitutes,
        @Nullable Preference prefer,
        List<LowBudget> lowBudget) {
    public TierRouting {
        substitutes = List.copyOf(substitutes);
        lowBudget = List.copyOf(lowBudget);
    }

    /** Of a tier that nothing is said of. */
    public static TierRouting none(String tier) {
        return new TierRouting(tier, null, null, List.of(), null, List.of());
    }

    /**
     * What stands in for names.
     *
     * @param instead a model or route
     */
    public record Substitute(NamePatterns of, String instead) {}

    /** Whether it may use a model; {@code provider/model} is the model. */
    public boolean allows(String model) {
        return models == null || models.fit(model) || models.fit(model.substring(model.indexOf('/') + 1));
    }

    /** What stands in for a name, or null where nothing does. */
    @Nullable
    String substitute(String name) {
        for (Substitute substitute : substitutes) {
            if (substitute.of.fit(name)) {
                return substitute.instead;
            }
        }
        return null;
    }

    /** What is to be done now that so many percent are left of a budget. */
    public List<LowBudget.Action> due(IntSupplier percentLeft) {
        return lowBudget.isEmpty()
                ? List.of()
                : lowBudget.stream()
                        .filter(stage -> stage.isDue(percentLeft.getAsInt()))
                        .map(LowBudget::action)
                        .toList();
    }

    /** Whether one of the things to be done when so much is left of a budget is to prefer what is cheaper. */
    boolean prefersCheaper(RequestTraits request) {
        for (LowBudget stage : lowBudget) {
            if (stage.action() instanceof LowBudget.Action.PreferCheaper
                    && stage.isDue(request.budgetLeft().getAsInt())) {
                return true;
            }
        }
        return false;
    }
}

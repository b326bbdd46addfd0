package dev.tollgate.pricing;

import dev.tollgate.kernel.Money;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an organization has agreed to pay instead of the list price: other prices for some models, a markup, a discount,
 * and discounts by the volume of the month. They turn a cost into a charge in this order: rates, override, markup,
 * discount. Immutable.
 */
public final class Terms {
    /** Nothing was agreed: the charge is the cost. */
    public static final Terms NONE = new Terms(null, PriceBook.empty(), Percent.ZERO, Percent.ZERO, List.of());

    private final PriceBook overrides;
    private final List<Step> steps;
    private final List<Applied> applied;

    /**
     * A discount that takes the place of the ordinary one.
     *
     * @param from the charge of the month that must be reached
     */
    public record Step(Money from, Percent discount) {}

    /**
     * Terms at one step of the volume.
     *
     * @param version what ledger entries keep, {@code terms@3} or, with steps, {@code terms@3/1}: version 3, first step
     *     reached; null where nothing was agreed
     */
    public record Applied(Terms terms, @Nullable String version, Factor factor) {}

    /**
     * @param version their name, {@code terms@3}; null where nothing was agreed
     * @param overrides the prices of models that are not the list's
     * @param steps by ascending volume
     */
    public Terms(@Nullable String version, PriceBook overrides, Percent markup, Percent discount, List<Step> steps) {
        this.overrides = overrides;
        this.steps = List.copyOf(steps);
        List<Applied> each = new ArrayList<>();
        each.add(new Applied(this, steps.isEmpty() ? version : version + "/0", Factor.of(markup, discount)));
        for (Step step : steps) {
            each.add(new Applied(this, version + "/" + each.size(), Factor.of(markup, step.discount)));
        }
        applied = List.copyOf(each);
    }

    /** Whether the volume of the month matters. */
    public boolean hasSteps() {
        return !steps.isEmpty();
    }

    /** These terms after that much has been charged in the month. */
    public Applied at(Money volume) {
        int reached = 0;
        while (reached < steps.size() && volume.compareTo(steps.get(reached).from) >= 0) {
            reached++;
        }
        return applied.get(reached);
    }

    /** These terms as an entry kept them, {@code terms@3/1}; null where they are not of that version. */
    @Nullable
    Applied of(String appliedVersion) {
        for (Applied each : applied) {
            if (appliedVersion.equals(each.version)) {
                return each;
            }
        }
        return null;
    }

    /** The providers of whose models other prices were agreed. */
    Set<String> providers() {
        return overrides.providers();
    }

    /** The price of a model that was agreed, or null where the list's holds. */
    @Nullable
    ModelPrice override(String provider, String model) {
        return overrides.find(provider, model);
    }
}

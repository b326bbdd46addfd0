package dev.tollgate.settings;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a change would do, worked out before anything is written.
 *
 * @param steps what would be written: what was asked for first, then the clients that are narrowed with it
 * @param tooWide asked-for values of clients that are wider than what they inherit
 * @param clients values of clients that would be wider than what they then inherit
 * @param after everything as it would be
 */
public record SettingsPlan(
        List<Step> steps, List<Conflict> tooWide, List<Conflict> clients, Cascade cascade, OrganizationSettings after) {

    /**
     * One place that changes.
     *
     * @param before null where nothing was set
     * @param after null where nothing is set any more
     * @param cascaded whether it follows from a change of the organization's
     */
    public record Step(
            Place place,
            @Nullable FeatureSettings before,
            @Nullable FeatureSettings after,
            boolean cascaded) {}

    /** Whether nothing stands in its way. */
    public boolean isPossible() {
        return tooWide.isEmpty() && (clients.isEmpty() || cascade == Cascade.CLAMP);
    }

    /** Fails with {@code conflict} where it is not possible, naming the values and what bounds them. */
    public SettingsPlan mustBePossible() {
        if (!tooWide.isEmpty()) {
            throw Conflict.tooWide(tooWide);
        }
        if (!isPossible()) {
            throw Conflict.wouldStayWider(clients);
        }
        return this;
    }
}

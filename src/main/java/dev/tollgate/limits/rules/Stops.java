package dev.tollgate.limits.rules;

import dev.tollgate.limits.Traits;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The stops in force, found by what they stop. Immutable. */
public final class Stops {
    /** None. */
    public static final Stops NONE = of(List.of());

    private final Map<Stop.Owner, Map<String, Stop>> byOwner = new EnumMap<>(Stop.Owner.class);
    private final boolean none;

    private Stops(Collection<Stop> stops) {
        none = stops.isEmpty();
        for (Stop stop : stops) {
            byOwner.computeIfAbsent(stop.owner(), _ -> new HashMap<>())
                    .merge(stop.ownerId(), stop, (one, other) -> one.cutStreams() ? one : other);
        }
    }

    public static Stops of(Collection<Stop> stops) {
        return new Stops(stops);
    }

    /** The stop that holds for a request, but for those of accounts; one that cuts streams before one that doesn't. */
    public @Nullable Stop of(Traits traits) {
        if (none) {
            return null;
        }
        Stop found = find(Stop.Owner.PLATFORM, "");
        found = harder(found, find(Stop.Owner.ORGANIZATION, traits.organizationId()));
        found = harder(found, find(Stop.Owner.CLIENT, traits.clientId()));
        found = harder(found, find(Stop.Owner.KEY, traits.keyId()));
        return harder(found, harder(ofModel(traits.model()), ofModel(traits.plainModel())));
    }

    /** The stop of a model at an account, whatever it was called by. */
    public @Nullable Stop ofPlace(String accountId, @Nullable String model) {
        return none ? null : harder(find(Stop.Owner.ACCOUNT, accountId), ofModel(model));
    }

    /** Why a request may not go there, for people; null where it may. */
    public @Nullable String whyClosed(String accountId, @Nullable String model) {
        Stop stop = ofPlace(accountId, model);
        return stop == null ? null : "spend there is stopped (" + stop.id() + ")";
    }

    private @Nullable Stop ofModel(@Nullable String model) {
        Map<String, Stop> stops = byOwner.get(Stop.Owner.MODEL);
        if (stops == null || model == null) {
            return null;
        }
        Stop found = stops.get(model);
        for (Map.Entry<String, Stop> each : stops.entrySet()) {
            String pattern = each.getKey();
            if (pattern.endsWith("*") && model.startsWith(pattern.substring(0, pattern.length() - 1))) {
                found = harder(found, each.getValue());
            }
        }
        return found;
    }

    private @Nullable Stop find(Stop.Owner owner, @Nullable String ownerId) {
        Map<String, Stop> stops = ownerId == null ? null : byOwner.get(owner);
        return stops == null ? null : stops.get(ownerId);
    }

    private static @Nullable Stop harder(@Nullable Stop one, @Nullable Stop other) {
        return other == null || (one != null && one.cutStreams()) ? one : other;
    }
}

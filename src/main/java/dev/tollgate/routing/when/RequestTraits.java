package dev.tollgate.routing.when;

import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What routes look at of a request.
 *
 * @param tier the organization's, or the one that holds where it has none that is known
 * @param at when it came
 * @param promptBytes of text that the model is given, as written
 * @param modalities what it is given to look at; {@link Modality#TEXT} only where there is nothing else
 * @param tools whether tools are offered to the model
 * @param difficulty 0 to 100, or -1 where nobody has said
 * @param budgetLeft percent of the budget of which the least is left, 100 where none counts the request; asked only where
 *     it matters
 * @param prefers what is set for its feature, or null to leave the order to the route
 * @param session what the requests of one conversation have in common, or null
 */
public record RequestTraits(
        String organizationId,
        @Nullable String tier,
        @Nullable String feature,
        Map<String, String> tags,
        Instant at,
        long promptBytes,
        Set<Modality> modalities,
        boolean tools,
        Urgency urgency,
        int difficulty,
        IntSupplier budgetLeft,
        @Nullable Preference prefers,
        @Nullable String session) {}

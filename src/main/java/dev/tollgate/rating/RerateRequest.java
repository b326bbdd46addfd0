package dev.tollgate.rating;

import dev.tollgate.pricing.JsonPlace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which entries are to be priced again.
 *
 * @param models names of models at the provider; empty for all
 * @param organizationId whose, or null for everybody's
 * @param from when the first of the requests began
 * @param to before when the last of them began
 * @param token of the preview that is to be carried out, or null for a preview
 */
public record RerateRequest(
        String provider,
        List<String> models,
        @Nullable String organizationId,
        Instant from,
        Instant to,
        @Nullable String token) {
    private static final Set<String> FIELDS = Set.of("provider", "models", "organization", "from", "to", "token");
    private static final Duration LONGEST = Duration.ofDays(366);

    /** @throws IllegalArgumentException naming the place, where anything is not understood */
    public static RerateRequest read(JsonPlace body, Instant now) {
        body.allowOnly(FIELDS);
        JsonPlace models = body.findValue("models");
        JsonPlace organization = body.findValue("organization");
        JsonPlace token = body.findValue("token");
        Instant from = body.get("from").instant();
        Instant to = body.get("to").instant();
        if (!to.isAfter(from) || to.isAfter(now) || Duration.between(from, to).compareTo(LONGEST) > 0) {
            throw body.get("to").expected("after from, at most " + LONGEST.toDays() + " days, and not to come");
        }
        return new RerateRequest(
                body.get("provider").text(),
                models == null
                        ? List.of()
                        : models.elements().stream().map(JsonPlace::text).toList(),
                organization == null ? null : organization.text(),
                from,
                to,
                token == null ? null : token.text());
    }
}

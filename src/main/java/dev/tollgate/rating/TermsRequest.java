package dev.tollgate.rating;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.tollgate.pricing.JsonPlace;
import dev.tollgate.pricing.TermsReader;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Terms that somebody asks to put in force.
 *
 * @param terms in JSON, understood
 */
public record TermsRequest(
        Instant effectiveFrom, String terms, @Nullable String note) {
    private static final Set<String> FIELDS =
            Set.of("overrides", "markup_percent", "discount_percent", "volume_steps", "effective_from", "note");

    /**
     * Reads a request: the members of the terms, and beside them {@code effective_from} and {@code note}.
     *
     * @throws IllegalArgumentException naming the place, where anything is not understood
     */
    public static TermsRequest read(JsonPlace body, Instant now) {
        body.allowOnly(FIELDS);
        Instant earliest = now.truncatedTo(ChronoUnit.MILLIS);
        JsonPlace from = body.findValue("effective_from");
        if (from != null && from.instant().isBefore(earliest)) {
            throw from.expected("now or later, because entries keep the terms that they were priced with");
        }
        JsonPlace note = body.findValue("note");
        ObjectNode terms = body.node().deepCopy();
        terms.remove("effective_from");
        terms.remove("note");
        TermsReader.read("new", terms);
        return new TermsRequest(
                from == null ? earliest : from.instant(), terms.toString(), note == null ? null : note.text());
    }
}

package dev.tollgate.wire.cohere;

import dev.tollgate.kernel.Meter;
import dev.tollgate.kernel.Usage;
import dev.tollgate.wire.ReportedUsage;
import dev.tollgate.wire.json.CountForm;
import dev.tollgate.wire.json.Counts;
import dev.tollgate.wire.json.JsonCursor;

/**
 * Reads what Cohere bills into meters: the {@code usage} of a chat, or the {@code meta} of embeddings and rankings, which
 * have {@code billed_units} in them. The {@code tokens} beside them are what the model saw and are not billed. Counts that
 * can't be true, or no billed units at all, make the report untrusted. Used by one thread, for one object.
 */
public final class UsageReader {
    private enum Of {
        INPUT,
        OUTPUT,
        SEARCH_UNITS,
        IMAGES
    }

    private static final int THINGS = Of.values().length;

    private static final CountForm<Of> USAGE = new CountForm<Of>()
            .within(
                    new CountForm<Of>()
                            .count(Of.INPUT, "input_tokens")
                            .count(Of.OUTPUT, "output_tokens")
                            .count(Of.SEARCH_UNITS, "search_units")
                            .count(Of.IMAGES, "images"),
                    "billed_units");

    private final Counts<Of> counts = new Counts<>(THINGS);

    /** Reads an object whose start the cursor has just passed, to its end. */
    public ReportedUsage read(JsonCursor cursor) {
        counts.read(cursor, USAGE);
        boolean billed = counts.said(Of.INPUT) || counts.said(Of.SEARCH_UNITS) || counts.said(Of.IMAGES);
        Usage usage = Usage.builder()
                .set(Meter.INPUT, counts.of(Of.INPUT))
                .set(Meter.OUTPUT, counts.of(Of.OUTPUT))
                .set(Meter.SEARCH_UNIT, counts.of(Of.SEARCH_UNITS))
                .set(Meter.IMAGE, counts.of(Of.IMAGES))
                .build();
        return new ReportedUsage(usage, counts.trusted() && billed);
    }
}

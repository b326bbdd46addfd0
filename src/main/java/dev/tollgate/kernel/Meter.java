package dev.tollgate.kernel;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What a request can consume and a provider can bill. Meters are disjoint: a token counts on exactly one of them, so
 * that a cost is the plain sum of count times price.
 */
public enum Meter {
    INPUT(Kind.INPUT_TOKEN, null),
    CACHED_INPUT(Kind.INPUT_TOKEN, INPUT),
    CACHE_WRITE(Kind.INPUT_TOKEN, INPUT),
    CACHE_WRITE_LONG(Kind.INPUT_TOKEN, CACHE_WRITE),
    AUDIO_INPUT(Kind.INPUT_TOKEN, INPUT),
    CACHED_AUDIO_INPUT(Kind.INPUT_TOKEN, AUDIO_INPUT),
    IMAGE_INPUT(Kind.INPUT_TOKEN, INPUT),
    CACHED_IMAGE_INPUT(Kind.INPUT_TOKEN, IMAGE_INPUT),
    VIDEO_INPUT(Kind.INPUT_TOKEN, IMAGE_INPUT),
    OUTPUT(Kind.OUTPUT_TOKEN, null),
    REASONING(Kind.OUTPUT_TOKEN, OUTPUT),
    AUDIO_OUTPUT(Kind.OUTPUT_TOKEN, OUTPUT),
    IMAGE_OUTPUT(Kind.OUTPUT_TOKEN, OUTPUT),
    /** Seconds of audio or video. */
    SECOND(Kind.UNIT, null),
    /** Characters of text to be spoken. */
    CHARACTER(Kind.UNIT, null),
    /** Images made at a price per image. */
    IMAGE(Kind.UNIT, null),
    /** Pages of a document that was read. */
    PAGE(Kind.UNIT, null),
    /** What rerankers bill by: a query with up to a hundred documents. */
    SEARCH_UNIT(Kind.UNIT, null),
    WEB_SEARCH(Kind.UNIT, null),
    FILE_SEARCH(Kind.UNIT, null),
    CODE_SESSION(Kind.UNIT, null);

    /** What a count on a meter is made of. */
    public enum Kind {
        INPUT_TOKEN,
        OUTPUT_TOKEN,
        UNIT
    }

    /** How many meters there are; {@code values()} would copy. */
    public static final int COUNT = values().length;

    private final Kind kind;
    private final @Nullable Meter pricedAs;
    private final String label;

    Meter(Kind kind, @Nullable Meter pricedAs) {
        this.kind = kind;
        this.pricedAs = pricedAs;
        this.label = name().toLowerCase(Locale.ROOT);
    }

    public Kind kind() {
        return kind;
    }

    /** The meter whose price holds where a provider names none for this one, or null where there is none. */
    public @Nullable Meter pricedAs() {
        return pricedAs;
    }

    /** The name in price files, in the ledger and in the API: {@code cached_input}. */
    public String label() {
        return label;
    }

    /** The meter of a {@link #label()}; an unknown label throws {@link IllegalArgumentException}. */
    public static Meter ofLabel(String label) {
        for (Meter meter : values()) {
            if (meter.label().equals(label)) {
                return meter;
            }
        }
        throw new IllegalArgumentException("meter: " + label + " (expected: one of the labels in Meter)");
    }
}

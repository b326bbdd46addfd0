package dev.tollgate.pricing;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** How a provider served a request: the same tokens cost less when they may wait and more when they may not. */
public enum ServiceTier {
    STANDARD,
    BATCH,
    FLEX,
    PRIORITY,
    ULTRAFAST,
    /** A tier that this version does not know. It costs the dearest price that the model has for each meter. */
    OTHER;

    /**
     * The tier that a {@code service_tier} on the wire means. OpenAI calls the standard tier {@code default}. A tier that
     * is absent, or {@code auto} because an answer was cut before it said more, is the standard one, which is what
     * OpenAI serves unless it was told otherwise. {@code scale} is capacity bought in advance; its tokens are valued at
     * the standard price. {@code fast} is the newer word for {@code priority}. Groq calls its standard tier
     * {@code on_demand}.
     */
    public static ServiceTier ofWire(@Nullable String wire) {
        return switch (wire) {
            case null -> STANDARD;
            case "default", "standard", "on_demand", "auto", "scale" -> STANDARD;
            case "batch" -> BATCH;
            case "flex" -> FLEX;
            case "priority", "fast" -> PRIORITY;
            case "ultrafast" -> ULTRAFAST;
            default -> OTHER;
        };
    }

    /**
     * The dearest tier that a request may be served in besides the standard one, by what it asked for. {@code auto} leaves
     * it to the provider, so that it may be any.
     */
    public static ServiceTier mostOfWire(@Nullable String wire) {
        return "auto".equals(wire) ? OTHER : ofWire(wire);
    }

    /** The name in price files, in the ledger and in the API: {@code standard}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether a provider offers this tier below its standard price, never above it. */
    boolean isDiscount() {
        return this == BATCH || this == FLEX;
    }
}

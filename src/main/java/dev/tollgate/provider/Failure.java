package dev.tollgate.provider;

import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the end of a call says of the place where it ended, and of where else the request could go. */
public enum Failure {
    /** It was answered. */
    NONE,
    /** The request is at fault: it would fail elsewhere, too. */
    OF_REQUEST,
    /** It does not fit there, and may elsewhere; the place is well. */
    OF_FIT,
    /** The place is out of order, overloaded or not open to Tollgate; elsewhere it may be served. */
    OF_PLACE;

    private static final Set<String> OF_FIT_CODES = Set.of("context_length_exceeded", "string_above_max_length");

    /**
     * By what a provider that speaks OpenAI's dialect answers. Some have statuses of their own: 402 is an account without
     * money (DeepSeek, OpenRouter), 498 no capacity (Groq), 529 overload (Anthropic). 401, 403 and 404 are Tollgate's own
     * key or configuration there, as callers have no key at the provider.
     *
     * @param code the provider's, or null
     */
    public static Failure of(int status, @Nullable String code) {
        if (status < 400) {
            return NONE;
        }
        if (status == 400 && code != null && OF_FIT_CODES.contains(code)) {
            return OF_FIT;
        }
        return switch (status) {
            case 401, 402, 403, 404, 408, 425, 429, 498 -> OF_PLACE;
            default -> status >= 500 ? OF_PLACE : OF_REQUEST;
        };
    }

    /** Whether the request may be served elsewhere. */
    public boolean leadsElsewhere() {
        return this == OF_FIT || this == OF_PLACE;
    }
}

package dev.tollgate.provider;

import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How the answers of a provider are understood that are none: by what most that speak OpenAI's dialect mean, but for what
 * this one means by itself.
 *
 * @param own the first that fits an answer counts
 */
public record Failures(List<Own> own) {
    /** As most mean it. */
    public static final Failures USUAL = new Failures(List.of());

    private static final Set<String> OF_FIT_CODES = Set.of("context_length_exceeded", "string_above_max_length");

    /** An account without money is not served a moment later, whatever the status says. */
    private static final Set<String> OF_PLACE_CODES =
            Set.of("insufficient_quota", "billing_not_active", "billing_hard_limit_reached");

    public Failures {
        own = List.copyOf(own);
    }

    /**
     * What a provider means by an answer.
     *
     * @param code the error's, or null for any
     */
    public record Own(int status, @Nullable String code, Failure means) {}

    /**
     * What an answer means. Some providers have statuses of their own: 402 is an account without money (DeepSeek,
     * OpenRouter), 498 no capacity (Groq), 529 overload (Anthropic). 401, 403 and 404 are Tollgate's own key or
     * configuration there, as callers have no key at the provider.
     *
     * @param code the provider's, or null
     */
    public Failure of(int status, @Nullable String code) {
        if (status < 400) {
            return Failure.NONE;
        }
        for (Own each : own) {
            if (each.status == status && (each.code == null || each.code.equals(code))) {
                return each.means;
            }
        }
        if (code != null && OF_PLACE_CODES.contains(code)) {
            return Failure.OF_PLACE;
        }
        if (status == 400 && code != null && OF_FIT_CODES.contains(code)) {
            return Failure.OF_FIT;
        }
        return switch (status) {
            case 401, 402, 403, 404, 501, 505 -> Failure.OF_PLACE;
            case 408, 425, 429, 498 -> Failure.OF_MOMENT;
            default -> status >= 500 ? Failure.OF_MOMENT : Failure.OF_REQUEST;
        };
    }
}

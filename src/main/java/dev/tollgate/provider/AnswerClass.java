package dev.tollgate.provider;

import java.util.Locale;

/** What an attempt came to, as far as it tells of the account's health. */
public enum AnswerClass {
    SUCCESS,
    /** The caller's mistake: other 4xx. */
    REJECTED,
    AUTHENTICATION,
    RATE_LIMITED,
    SERVER_ERROR,
    /** None in time. */
    TIMEOUT,
    /** No answer, or none that was complete. */
    UNREACHABLE;

    /** @param status what the provider answered, or 0 where it did not */
    public static AnswerClass of(int status) {
        return switch (status) {
            case 401, 403 -> AUTHENTICATION;
            case 429 -> RATE_LIMITED;
            default -> status == 0 ? UNREACHABLE : status >= 500 ? SERVER_ERROR : status >= 400 ? REJECTED : SUCCESS;
        };
    }

    /** Whether it tells against the provider. */
    public boolean isProvidersFault() {
        return this == SERVER_ERROR || this == TIMEOUT || this == UNREACHABLE;
    }

    /** The name that administrators see: {@code rate_limited}. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}

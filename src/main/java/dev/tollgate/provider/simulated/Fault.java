package dev.tollgate.provider.simulated;

import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * What can be made to go wrong with an answer. The first group replaces the answer, so that nothing is generated and
 * nothing is billed; the others damage an answer that was generated and is billed.
 */
enum Fault {
    RESET,
    STALL,
    NOT_JSON,
    NOT_JSON_200,
    EMPTY_BODY,

    SLOW_HEADERS,
    HUGE_HEADERS,
    WRONG_CONTENT_TYPE,
    MALFORMED,
    TRUNCATE,
    RESET_MIDSTREAM,
    STALL_MIDSTREAM,

    NO_USAGE,
    USAGE_NEGATIVE,
    USAGE_HUGE,
    USAGE_FRACTIONAL,
    USAGE_STRING,
    USAGE_TWICE,

    CRLF,
    COMMENTS,
    UNKNOWN_EVENTS,
    EARLY_DONE,
    ERROR_EVENT,
    CONTENT_LENGTH_STREAM,
    GZIP_STREAM;

    /** The name in the request header: {@code reset-midstream}. */
    String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static @Nullable Fault ofLabel(String label) {
        for (Fault fault : values()) {
            if (fault.label().equals(label)) {
                return fault;
            }
        }
        return null;
    }
}

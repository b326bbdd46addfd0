package dev.tollgate.admin.limits;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/** What a rate is counted in. */
enum RatePeriod {
    SECOND(1),
    MINUTE(60),
    HOUR(3_600),
    DAY(86_400);

    private final int seconds;

    RatePeriod(int seconds) {
        this.seconds = seconds;
    }

    int seconds() {
        return seconds;
    }

    /** The word for a period, or null where there is none. */
    static @Nullable String label(int seconds) {
        return Arrays.stream(values())
                .filter(period -> period.seconds == seconds)
                .map(Choice::label)
                .findFirst()
                .orElse(null);
    }
}

package dev.tollgate.admin.litellm;

import dev.tollgate.limits.Mode;
import dev.tollgate.limits.UsageLimit;
import dev.tollgate.limits.rules.LimitRecord;
import dev.tollgate.limits.rules.RuleBounds;
import java.util.Locale;

/** A field of LiteLLM that is a limit here. */
enum RateField {
    RPM_LIMIT(UsageLimit.Kind.REQUESTS, 60),
    TPM_LIMIT(UsageLimit.Kind.TOKENS, 60),
    MAX_PARALLEL_REQUESTS(UsageLimit.Kind.CONCURRENCY, 0);

    private final UsageLimit.Kind kind;
    private final int periodSeconds;

    RateField(UsageLimit.Kind kind, int periodSeconds) {
        this.kind = kind;
        this.periodSeconds = periodSeconds;
    }

    UsageLimit.Kind kind() {
        return kind;
    }

    int periodSeconds() {
        return periodSeconds;
    }

    /** The most that it can be. */
    long most() {
        return this == MAX_PARALLEL_REQUESTS ? Integer.MAX_VALUE : RuleBounds.COUNT_MAX;
    }

    String label() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean is(LimitRecord limit) {
        return limit.rule().kind() == kind
                && limit.rule().periodSeconds() == periodSeconds
                && limit.rule().mode() == Mode.HARD;
    }
}

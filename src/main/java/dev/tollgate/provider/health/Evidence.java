package dev.tollgate.provider.health;

import dev.tollgate.provider.AccountHealth.Traffic;
import dev.tollgate.provider.Probe;

/**
 * What is known of an account at one moment.
 *
 * @param answer of its provider, when it was asked apart from any request
 * @param traffic what requests came to on all replicas since it was asked before
 */
public record Evidence(Probe.Answer answer, Traffic traffic) {
    /** Fewer requests tell nothing. */
    private static final int ATTEMPTS_MIN = 5;

    /** One in ten that fails is too many. */
    private static final int FAULTS_MAX_SHARE = 10;

    /**
     * What that comes to. Requests alone never say that an account is down: what fails may be one of many models, and while
     * nothing is sent to it they would say nothing more.
     */
    public HealthState finding() {
        return switch (answer.outcome()) {
            case AUTHENTICATION, SERVER_ERROR, TIMEOUT, UNREACHABLE -> HealthState.DOWN;
            case RATE_LIMITED -> HealthState.DEGRADED;
            case SUCCESS, REJECTED -> failsOften() ? HealthState.DEGRADED : HealthState.UP;
        };
    }

    private boolean failsOften() {
        return traffic.attempts() >= ATTEMPTS_MIN && traffic.faults() * FAULTS_MAX_SHARE >= traffic.attempts();
    }

    /** In a few words, without anything that the provider said. */
    public String reason() {
        return switch (answer.outcome()) {
            case AUTHENTICATION -> "the provider refuses the credential (" + answer.status() + ")";
            case SERVER_ERROR -> "the provider answers " + answer.status();
            case TIMEOUT -> "the provider does not answer in time";
            case UNREACHABLE -> "the provider can't be reached";
            case RATE_LIMITED -> "the provider limits the rate (429)";
            case SUCCESS, REJECTED ->
                failsOften()
                        ? traffic.faults() + " of " + traffic.attempts() + " requests failed"
                        : "the provider answers";
        };
    }
}

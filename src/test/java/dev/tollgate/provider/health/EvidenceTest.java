package dev.tollgate.provider.health;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.provider.AccountHealth.Traffic;
import dev.tollgate.provider.AnswerClass;
import dev.tollgate.provider.Probe;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EvidenceTest {
    @ParameterizedTest(name = "{0} ({1}) and {3} of {2} requests failed: {4}")
    @CsvSource(textBlock = """
            SUCCESS,        200,   0,  0, UP,       the provider answers
            SUCCESS,        200, 100,  9, UP,       the provider answers
            SUCCESS,        200, 100, 10, DEGRADED, 10 of 100 requests failed
            SUCCESS,        200,   4,  4, UP,       the provider answers
            SUCCESS,        200,   5,  5, DEGRADED, 5 of 5 requests failed
            REJECTED,       404,   0,  0, UP,       the provider answers
            RATE_LIMITED,   429,   0,  0, DEGRADED, the provider limits the rate (429)
            AUTHENTICATION, 401,   9,  0, DOWN,     the provider refuses the credential (401)
            SERVER_ERROR,   503,   9,  0, DOWN,     the provider answers 503
            TIMEOUT,          0,   9,  0, DOWN,     the provider does not answer in time
            UNREACHABLE,      0,   9,  0, DOWN,     the provider can't be reached
            """, quoteCharacter = '"')
    void what_checks_and_requests_tell(
            AnswerClass outcome, int status, long attempts, long faults, HealthState finding, String reason) {
        Evidence evidence = new Evidence(new Probe.Answer(outcome, status, 12), new Traffic(attempts, faults));
        assertThat(evidence.finding()).isEqualTo(finding);
        assertThat(evidence.reason()).isEqualTo(reason);
    }
}

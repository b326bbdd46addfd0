package dev.tollgate.it;

import static dev.tollgate.testkit.Bodies.chat;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.Answer;
import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.Ledger;
import dev.tollgate.testkit.TestPostgres;
import dev.tollgate.testkit.TollgateProcess;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Two Tollgates that take one another for the provider, which neither can see when it starts. */
class LoopIT {

    @Test
    void a_request_that_comes_back_is_refused_and_costs_nothing_on_its_way() {
        int port = FreePort.any();
        try (TollgateProcess second = tollgate("http://127.0.0.1:" + port + "/v1", "sk-never-looked-at")
                        .start();
                TollgateProcess first =
                        tollgate(second.baseUrl(), second.key()).listening(port).start()) {
            String tag = "loop-" + UUID.randomUUID();
            Answer answer =
                    first.api().post("/v1/chat/completions", chat("gpt-4o-mini", "Hello"), "x-client-request-id", tag);

            assertThat(answer.status()).isEqualTo(508);
            assertThat(answer.errorCode()).isEqualTo("loop_detected");
            for (TollgateProcess one : new TollgateProcess[] {first, second}) {
                Ledger.Entry entry = one.ledger().ofCaller(tag);
                assertThat(entry.status()).isEqualTo(508);
                assertThat(entry.outcome()).isEqualTo("upstream_error");
                assertThat(entry.charge().nanos()).isZero();
                assertThat(one.complaints()).isEmpty();
            }
        }
    }

    private static TollgateProcess.Setup tollgate(String baseUrl, String key) {
        return TollgateProcess.setUp().over(TestPostgres.freshDatabase()).asking(baseUrl, key);
    }
}

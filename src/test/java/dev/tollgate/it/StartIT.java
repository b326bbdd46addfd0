package dev.tollgate.it;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testkit.FreePort;
import dev.tollgate.testkit.TestDatabase;
import dev.tollgate.testkit.TollgateProcess;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Starts that can't be: each ends at once, with the cause and what to do about it. */
class StartIT {

    @Test
    void a_start_that_can_not_be_says_why_and_ends() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            int free = FreePort.any();
            Map<TollgateProcess.Setup, String> refusals = new LinkedHashMap<>();
            refusals.put(
                    tollgate().asking("https://api.example/v1", "sk-any").listening(taken.getLocalPort()),
                    "Port " + taken.getLocalPort() + " of 127.0.0.1 can't be listened on");
            refusals.put(
                    tollgate()
                            .asking("http://localhost:" + free + "/v1", "sk-any")
                            .listening(free),
                    "OPENAI_BASE_URL is http://localhost:" + free + "/v1, which is Tollgate itself");
            refusals.put(
                    tollgate().with("OPENAI_BASE_URL", "ftp://nowhere"), "OPENAI_BASE_URL: base URL: ftp://nowhere");
            refusals.put(tollgate(), "No provider is configured. Set OPENAI_API_KEY");

            Map<TollgateProcess, String> started = new LinkedHashMap<>();
            refusals.forEach((setup, why) -> started.put(setup.launch(), why));
            started.forEach((tollgate, why) -> {
                assertThat(tollgate.awaitExit()).as(why).isEqualTo(1);
                assertThat(tollgate.output())
                        .startsWith("tollgate: " + why)
                        .doesNotContain("Tollgate is ready", "\tat ", "sk-any");
            });
        }
    }

    private static TollgateProcess.Setup tollgate() {
        return TollgateProcess.setUp().over(new TestDatabase("127.0.0.1", 1, "none", "none", "none"));
    }
}

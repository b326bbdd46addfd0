package dev.tollgate.provider;

import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.provider.Account.Owner;
import dev.tollgate.provider.Account.Use;
import dev.tollgate.provider.Probe.Answer;
import dev.tollgate.provider.Provider.Probed;
import dev.tollgate.testkit.FakeUpstream;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpMethod;
import java.net.InetAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProbeTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final FakeUpstream PROVIDER = FakeUpstream.start();
    private static final Probed MODELS = new Probed(HttpMethod.GET, "/models");
    private static final Duration LONG = Duration.ofMinutes(1);

    private final Probe probe = new Probe(ProbeTest::upstream, () -> 0);

    @AfterAll
    static void close() {
        PROVIDER.close();
        VERTX.close().toCompletionStage().toCompletableFuture().join();
    }

    @ParameterizedTest(name = "{0} is {1}, of a base URL alone {2}")
    @CsvSource(textBlock = """
            200, SUCCESS,        SUCCESS
            401, AUTHENTICATION, SUCCESS
            404, REJECTED,       SUCCESS
            429, RATE_LIMITED,   SUCCESS
            500, SERVER_ERROR,   SERVER_ERROR
            """)
    void a_status_tells_what_can_be_known(int status, AnswerClass ofModels, AnswerClass ofBaseUrl) {
        PROVIDER.answering(json(status, ""));
        assertThat(ask(account(/* guarded= */ false), MODELS, LONG)).isEqualTo(new Answer(ofModels, status, 0));
        assertThat(PROVIDER.only().header("authorization")).isEqualTo("Bearer sk-secret");

        PROVIDER.answering(json(status, ""));
        assertThat(ask(account(/* guarded= */ false), Probed.BASE_URL, LONG).outcome())
                .isEqualTo(ofBaseUrl);
        assertThat(PROVIDER.only().method() + " " + PROVIDER.only().target()).isEqualTo("HEAD /v1/");
    }

    @Test
    void an_answer_that_does_not_come_is_told_from_a_connection_that_breaks() {
        PROVIDER.answering((_, _) -> {});
        assertThat(ask(account(/* guarded= */ false), MODELS, Duration.ofMillis(50)))
                .isEqualTo(new Answer(AnswerClass.TIMEOUT, 0, 0));
        PROVIDER.answering((_, wire) -> wire.close());
        assertThat(ask(account(/* guarded= */ false), MODELS, LONG))
                .isEqualTo(new Answer(AnswerClass.UNREACHABLE, 0, 0));
    }

    @Test
    void where_a_customer_may_not_lead_it_does_not_go() {
        PROVIDER.answering(json(200, "{}"));
        assertThat(ask(account(/* guarded= */ true), MODELS, LONG).outcome()).isEqualTo(AnswerClass.UNREACHABLE);
        assertThat(PROVIDER.received()).isEmpty();
    }

    private Answer ask(Account account, Probed what, Duration patience) {
        return probe.ask(account, what, patience)
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }

    private static Account account(boolean guarded) {
        return new Account(
                "acc_a",
                "openai",
                "openai",
                BaseUrl.parse(PROVIDER.baseUrl()),
                ApiStyle.OPENAI,
                "sk-secret",
                new Owner("org_a", null),
                Use.ALL,
                guarded,
                /* outOfUse= */ null,
                /* simulated= */ false,
                /* callersKey= */ false);
    }

    private static Upstream upstream() {
        Destinations nobodyTrusted = new Destinations(
                new AddressRules(List.of()), _ -> Future.succeededFuture(List.of(InetAddress.getLoopbackAddress())));
        UpstreamSettings settings =
                new UpstreamSettings(LONG, LONG, LONG, 10, Optional.empty(), Optional.empty(), Optional.empty());
        return new Upstream(
                VERTX,
                settings,
                new GuardedHosts(nobodyTrusted, () -> 0),
                new UpstreamCounts(),
                new AccountHealths(() -> Instant.EPOCH));
    }
}

package dev.tollgate.provider;

import static dev.tollgate.testkit.FakeUpstream.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.provider.AccountRecord.EntraClient;
import dev.tollgate.provider.EntraTokens.Token;
import dev.tollgate.testkit.FakeUpstream;
import io.vertx.core.Vertx;
import java.time.Instant;
import java.time.InstantSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class EntraTokensTest {
    private static final Instant NOW = Instant.parse("2026-11-21T12:00:00Z");
    private static final Vertx VERTX = Vertx.vertx();
    private static final FakeUpstream ENTRA = FakeUpstream.start();
    private static final Provider.Entra AT = new Provider.Entra(
            "http://" + ENTRA.authority() + "/{tenant}/oauth2/v2.0/token",
            "https://cognitiveservices.azure.com/.default");

    private final EntraTokens tokens =
            new EntraTokens(VERTX.createHttpClient(EntraTokens.options()), InstantSource.fixed(NOW));

    @AfterAll
    static void close() {
        ENTRA.close();
        VERTX.close();
    }

    @Test
    void a_secret_is_exchanged_for_a_token() {
        ENTRA.answering(json(200, "{\"token_type\":\"Bearer\",\"expires_in\":3599,\"access_token\":\"eyJ.token\"}"));
        Token token = get();
        assertThat(token).isEqualTo(new Token("eyJ.token", NOW.plusSeconds(3_599)));
        assertThat(token.toString()).doesNotContain("eyJ");
        assertThat(ENTRA.only().target()).isEqualTo("/our-tenant/oauth2/v2.0/token");
        assertThat(ENTRA.only().text().split("&"))
                .containsExactlyInAnyOrder(
                        "grant_type=client_credentials",
                        "client_id=our-client",
                        "client_secret=s%26cret%3D",
                        "scope=https%3A%2F%2Fcognitiveservices.azure.com%2F.default");
    }

    @Test
    void a_token_is_renewed_before_it_expires() {
        Token token = new Token("t", NOW.plusSeconds(600));
        assertThat(token.isDue(NOW)).isFalse();
        assertThat(token.isDue(NOW.plusSeconds(301))).isTrue();
        assertThat(token.isExpired(NOW.plusSeconds(599))).isFalse();
        assertThat(token.isExpired(NOW.plusSeconds(600))).isTrue();
    }

    @Test
    void a_refusal_is_told_without_the_secret() {
        ENTRA.answering(json(401, "{\"error\":\"invalid_client\",\"error_description\":\"s&cret=\"}"));
        assertThatThrownBy(this::get)
                .hasCauseInstanceOf(EntraTokens.Refused.class)
                .hasMessageContaining("401")
                .hasMessageNotContaining("s&cret");
    }

    private Token get() {
        return tokens.get(AT, new EntraClient("our-tenant", "our-client"), "s&cret=")
                .toCompletionStage()
                .toCompletableFuture()
                .join();
    }
}

package dev.tollgate.provider;

import dev.tollgate.provider.AccountRecord.EntraClient;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** Gets tokens of Microsoft Entra ID for the secrets of clients (OAuth 2.0, client credentials). */
public final class EntraTokens {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PATIENCE_SECONDS = 15;
    private static final int BODY_BYTES_MAX = 64 * 1024;

    /** Tokens are renewed when this is left of them. */
    private static final Duration MARGIN = Duration.ofMinutes(5);

    private final HttpClient client;
    private final InstantSource clock;

    public EntraTokens(HttpClient client, InstantSource clock) {
        this.client = client;
        this.clock = clock;
    }

    /** What the client must be like. */
    public static HttpClientOptions options() {
        return new HttpClientOptions().setConnectTimeout(CONNECT_MILLIS).setVerifyHost(true);
    }

    /** A token; whoever has it has the account until it expires. */
    public record Token(String text, Instant expiresAt) {
        /** Whether it is time for another one. */
        public boolean isDue(Instant now) {
            return now.isAfter(expiresAt.minus(MARGIN));
        }

        public boolean isExpired(Instant now) {
            return !now.isBefore(expiresAt);
        }

        /** Nothing of it. */
        @Override
        public String toString() {
            return "Token[until " + expiresAt + "]";
        }
    }

    /** It was not given; the message says why, without a secret. */
    public static final class Refused extends RuntimeException {
        private static final long serialVersionUID = 1L;

        private final int status;

        Refused(int status, String message) {
            super(message);
            this.status = status;
        }

        /** Whether the secret itself was refused, and not just the moment. */
        public boolean isFinal() {
            return status == 400 || status == 401;
        }
    }

    /** A new token. Fails with {@link Refused} where it is not given. */
    public Future<Token> get(Provider.Entra entra, EntraClient who, String secret) {
        BaseUrl url = BaseUrl.exact(entra.tokenUrl().replace("{tenant}", encoded(who.tenantId())));
        String form = form(Map.of(
                "grant_type",
                "client_credentials",
                "client_id",
                who.clientId(),
                "client_secret",
                secret,
                "scope",
                entra.scope()));
        Instant asked = clock.instant();
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(url.host())
                        .setPort(url.port())
                        .setSsl(url.tls())
                        .setURI(url.prefix())
                        .setFollowRedirects(false))
                .compose(request -> request.putHeader("content-type", "application/x-www-form-urlencoded")
                        .send(form))
                .compose(response -> response.body().map(body -> {
                    if (response.statusCode() != 200 || body.length() > BODY_BYTES_MAX) {
                        throw new Refused(response.statusCode(), "Entra ID answered " + response.statusCode());
                    }
                    JsonObject answer = body.toJsonObject();
                    return new Token(
                            answer.getString("access_token"), asked.plusSeconds(answer.getLong("expires_in", 0L)));
                }))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    private static String form(Map<String, String> fields) {
        return fields.entrySet().stream()
                .map(field -> field.getKey() + "=" + encoded(field.getValue()))
                .collect(Collectors.joining("&"));
    }

    private static String encoded(String text) {
        return URLEncoder.encode(text, StandardCharsets.UTF_8);
    }
}

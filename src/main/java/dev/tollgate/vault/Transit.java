package dev.tollgate.vault;

import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.json.JsonObject;
import io.vertx.core.tracing.TracingPolicy;
import java.util.Base64;
import java.util.concurrent.TimeUnit;

/** The transit engine of HashiCorp Vault or OpenBao, which speak the same language. */
public final class Transit implements KeyService {
    private static final int CONNECT_MILLIS = 5_000;
    private static final int PATIENCE_SECONDS = 10;

    private final HttpClient client;
    private final TransitKey key;
    private final String token;

    /** @param client made with {@link #options} */
    public Transit(HttpClient client, TransitKey key, String token) {
        this.client = client;
        this.key = key;
        this.token = token;
    }

    /** What the client must be like; what it sends reaches no trace. */
    public static HttpClientOptions options() {
        return new HttpClientOptions()
                .setConnectTimeout(CONNECT_MILLIS)
                .setKeepAlive(false)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setVerifyHost(true);
    }

    @Override
    public Future<byte[]> unwrap(String wrapped) {
        return client.request(new RequestOptions()
                        .setMethod(HttpMethod.POST)
                        .setHost(key.host())
                        .setPort(key.port())
                        .setSsl(key.tls())
                        .setURI(key.decryptPath())
                        .setFollowRedirects(false))
                .compose(request -> request.putHeader("x-vault-token", token)
                        .putHeader("x-vault-request", "true")
                        .putHeader("content-type", "application/json")
                        .send(new JsonObject().put("ciphertext", wrapped).toBuffer()))
                .compose(response -> response.body().map(body -> read(response, body)))
                .timeout(PATIENCE_SECONDS, TimeUnit.SECONDS)
                .recover(failure -> Future.failedFuture(
                        failure instanceof Failure
                                ? failure
                                : new Failure(key + " can't be reached, or gave no answer", /* passing= */ true)));
    }

    /** Whatever is wrong with the answer is told without it: there may be a key in it. */
    private byte[] read(HttpClientResponse response, Buffer body) {
        if (response.statusCode() != 200) {
            throw key.failure(response.statusCode());
        }
        try {
            return Base64.getDecoder()
                    .decode(body.toJsonObject().getJsonObject("data").getString("plaintext"));
        } catch (RuntimeException _) {
            throw new Failure(key + " answered what is no unwrapped key", /* passing= */ false);
        }
    }
}

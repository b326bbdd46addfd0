package dev.tollgate.platform;

import dev.tollgate.cache.warming.Asker;
import dev.tollgate.kernel.Money;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import jakarta.inject.Singleton;

/** Asks this process itself over HTTP, as a caller does. */
@Singleton
final class Loopback implements Asker {
    private static final long PATIENCE_MILLIS = 600_000;

    private final TollgateConfig config;
    private final Serving serving;
    private final HttpClient client;

    /** Its own certificate is that of another name than the address of the loop, which is who it is anyway. */
    Loopback(TollgateConfig config, Serving serving, Vertx vertx) {
        this.config = config;
        this.serving = serving;
        this.client =
                vertx.createHttpClient(new HttpClientOptions().setTrustAll(true).setVerifyHost(false));
    }

    @Override
    public Future<Told> ask(String key, Request request) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost(config.host().equals("0.0.0.0") ? "127.0.0.1" : config.host())
                .setPort(serving.port())
                .setSsl(config.tlsCertificate().isPresent())
                .setURI(request.path())
                .putHeader(HttpHeaders.AUTHORIZATION, "Bearer " + key)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .setTimeout(PATIENCE_MILLIS);
        return client.request(options)
                .compose(sent -> sent.send(request.body()))
                .compose(answer -> answer.body().map(_ -> told(answer)));
    }

    private static Told told(HttpClientResponse answer) {
        String cache = answer.getHeader("x-tollgate-cache");
        String cost = answer.getHeader("x-tollgate-cost");
        return new Told(
                answer.statusCode() == 200,
                cache == null ? "" : cache,
                cost == null ? Money.ZERO : Money.dollars(cost));
    }
}

package dev.tollgate.provider;

import dev.tollgate.wire.Splice;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.CompositeByteBuf;
import io.netty.buffer.Unpooled;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.PemKeyCertOptions;
import io.vertx.core.net.ProxyOptions;
import io.vertx.core.net.ProxyType;
import io.vertx.core.tracing.TracingPolicy;
import org.jspecify.annotations.Nullable;

/**
 * The kept-alive connections of one event loop to every provider. Used on that loop alone, so that a request never
 * changes threads on its way out.
 */
public final class Upstream {
    /** Up to this size copying a body is cheaper than sending it in pieces. */
    private static final int COPY_BYTES_MAX = 16 * 1024;

    private static final int KEEP_ALIVE_SECONDS = 60;
    private static final int HEADER_BYTES_MAX = 64 * 1024;

    private final HttpClient client;
    private final HttpClient directClient;
    private final GuardedHosts guardedHosts;
    private final UpstreamCounts counts;
    private final AccountHealths healths;

    /** @param guardedHosts finds the hosts that tenants have named */
    public Upstream(
            Vertx vertx,
            UpstreamSettings settings,
            GuardedHosts guardedHosts,
            UpstreamCounts counts,
            AccountHealths healths) {
        this.guardedHosts = guardedHosts;
        this.counts = counts;
        this.healths = healths;
        this.client = client(vertx, settings, options(settings));
        this.directClient = client(vertx, settings, directOptions(settings));
    }

    private HttpClient client(Vertx vertx, UpstreamSettings settings, HttpClientOptions options) {
        return vertx.httpClientBuilder()
                .with(options)
                .with(new PoolOptions()
                        .setHttp1MaxSize(settings.connectionsMax())
                        .setHttp2MaxSize(settings.connectionsMax()))
                .withConnectHandler(connection -> {
                    counts.connected();
                    connection.closeHandler(_ -> counts.disconnected());
                    // The request on the connection is told, too; without this Vert.x would log it beside that.
                    connection.exceptionHandler(_ -> {});
                })
                .build();
    }

    /**
     * Opens a request; its headers and body are still to be sent. What a tenant has named is connected to at the address
     * that was checked, past any proxy, which would resolve the name again. Redirects are not followed.
     *
     * @param model the model that it runs, or null
     * @param uri path and query below the account's base URL
     */
    public Future<HttpClientRequest> open(Account account, @Nullable String model, HttpMethod method, String uri) {
        BaseUrl base = account.baseUrl();
        RequestOptions options = new RequestOptions()
                .setMethod(method)
                .setHost(base.host())
                .setPort(base.port())
                .setSsl(base.tls())
                .setURI(base.prefix() + account.style().path(model, uri));
        counts.waits();
        Future<HttpClientRequest> opened = account.guarded()
                ? guardedHosts.find(base).compose(address -> directClient.request(options.setServer(address)))
                : client.request(options);
        return opened.onComplete(_ -> counts.waitsNoMore())
                .onSuccess(request ->
                        request.response().onSuccess(response -> healths.learn(account, response.headers())));
    }

    /** Adds the account's credential. */
    public static void authorize(MultiMap headers, Account account) {
        account.style().authorize(headers, account.credential());
    }

    /** A body ready to be sent, its large parts not copied. */
    public static Buffer body(Splice splice) {
        if (splice.length() <= COPY_BYTES_MAX) {
            return Buffer.buffer(splice.toBytes());
        }
        CompositeByteBuf pieces = Unpooled.compositeBuffer();
        splice.writeTo((array, offset, length) -> {
            ByteBuf piece = Unpooled.wrappedBuffer(array, offset, length);
            pieces.addComponent(/* increaseWriterIndex= */ true, piece);
        });
        return Buffer.buffer(pieces);
    }

    public Future<Void> close() {
        return Future.join(client.close(), directClient.close()).mapEmpty();
    }

    /** What is shown to the platform's providers is not shown to tenants' hosts: the proxy, the client's certificate. */
    private static HttpClientOptions directOptions(UpstreamSettings settings) {
        HttpClientOptions options = new HttpClientOptions()
                .setConnectTimeout((int) settings.connectTimeout().toMillis())
                .setKeepAlive(true)
                .setKeepAliveTimeout(KEEP_ALIVE_SECONDS)
                .setMaxHeaderSize(HEADER_BYTES_MAX)
                .setMaxWaitQueueSize(-1)
                .setTcpNoDelay(true)
                .setTracingPolicy(TracingPolicy.IGNORE)
                .setDecompressionSupported(false)
                .setVerifyHost(true);
        settings.trustedCertificates().ifPresent(file -> options.setTrustOptions(TrustedAuthorities.systemAnd(file)));
        return options;
    }

    private static HttpClientOptions options(UpstreamSettings settings) {
        HttpClientOptions options = directOptions(settings);
        settings.proxy().ifPresent(proxy -> options.setProxyOptions(proxyOptions(proxy)));
        settings.clientCertificate()
                .ifPresent(certificate -> options.setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate.certificateFile())
                        .addKeyPath(certificate.keyFile())));
        return options;
    }

    private static ProxyOptions proxyOptions(UpstreamSettings.Proxy proxy) {
        ProxyOptions options =
                new ProxyOptions().setType(ProxyType.HTTP).setHost(proxy.host()).setPort(proxy.port());
        proxy.user().ifPresent(options::setUsername);
        proxy.password().ifPresent(options::setPassword);
        return options;
    }
}

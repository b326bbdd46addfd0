package dev.tollgate.alerts;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.net.AddressRules;
import dev.tollgate.net.Destinations;
import dev.tollgate.net.Network;
import dev.tollgate.provider.TrustedAuthorities;
import dev.tollgate.testkit.Certificate;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.PemKeyCertOptions;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where messages go: to the address that was checked, and to whoever can show that they are the host. */
class WebPostTest {
    private static final Vertx VERTX = Vertx.vertx();
    private static final ConcurrentLinkedQueue<String> HOSTS = new ConcurrentLinkedQueue<>();

    @TempDir
    static Path folder;

    private static Certificate certificate;
    private static HttpServer plain;
    private static HttpServer tls;

    private final AtomicInteger asked = new AtomicInteger();

    @BeforeAll
    static void serve() {
        certificate = Certificate.in(folder);
        plain = serve(new HttpServerOptions());
        tls = serve(new HttpServerOptions()
                .setSsl(true)
                .setKeyCertOptions(new PemKeyCertOptions()
                        .addCertPath(certificate.certificateFile())
                        .addKeyPath(certificate.keyFile())));
    }

    @AfterAll
    static void close() {
        await(VERTX.close());
    }

    /** Another look at the name server might find another address. */
    @Test
    void the_name_is_asked_for_once_and_its_address_connected_to() {
        HOSTS.clear();
        Attempt attempt = post("http://hooks.invalid:" + plain.actualPort() + "/x", WebPost.options());
        assertThat(attempt.delivered()).as(attempt.toString()).isTrue();
        assertThat(asked).hasValue(1);
        assertThat(HOSTS).containsExactly("hooks.invalid:" + plain.actualPort());
    }

    @Test
    void an_address_of_IPv6_stays_in_its_brackets() {
        HOSTS.clear();
        post("http://[2001:db8::1]:" + plain.actualPort() + "/x", WebPost.options());
        assertThat(HOSTS).containsExactly("[2001:db8::1]:" + plain.actualPort());
    }

    @Test
    void a_host_shows_the_certificate_of_its_name() {
        Attempt attempt = post("https://127.0.0.1:" + tls.actualPort() + "/x", trusting());
        assertThat(attempt.delivered()).as(attempt.toString()).isTrue();
    }

    @Test
    void another_hosts_certificate_is_refused() {
        HOSTS.clear();
        Attempt attempt = post("https://hooks.invalid:" + tls.actualPort() + "/x", trusting());
        assertThat(attempt.error()).startsWith("TLS failed: ");
        assertThat(HOSTS).isEmpty();
    }

    @Test
    void a_certificate_of_nobody_whom_we_trust_is_refused() {
        HOSTS.clear();
        Attempt attempt = post("https://127.0.0.1:" + tls.actualPort() + "/x", WebPost.options());
        assertThat(attempt.error()).startsWith("TLS failed: ");
        assertThat(HOSTS).isEmpty();
    }

    @Test
    void nobody_there_is_told_without_the_address() {
        HttpServer gone = serve(new HttpServerOptions());
        await(gone.close());
        Attempt attempt = post("http://hooks.invalid:" + gone.actualPort() + "/x", WebPost.options());
        assertThat(attempt.error()).isEqualTo("the host can't be connected to");
    }

    private static HttpClientOptions trusting() {
        return WebPost.options().setTrustOptions(TrustedAuthorities.systemAnd(certificate.certificateFile()));
    }

    private Attempt post(String url, HttpClientOptions options) {
        Destinations destinations = new Destinations(new AddressRules(List.of(Network.parse("127.0.0.1/32"))), _ -> {
            asked.incrementAndGet();
            return Future.succeededFuture(List.of(InetAddress.ofLiteral("127.0.0.1")));
        });
        WebPost web = new WebPost(VERTX.createHttpClient(options), new Receivers(destinations), InstantSource.system());
        return await(web.post(new WebMessage(SecretUrl.parse(url), Map.of(), "{}")));
    }

    private static HttpServer serve(HttpServerOptions options) {
        return await(VERTX.createHttpServer(options.setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> {
                    HOSTS.add(request.getHeader("host"));
                    request.response().end();
                })
                .listen());
    }

    private static <T> T await(Future<T> future) {
        return future.toCompletionStage().toCompletableFuture().join();
    }
}

package dev.tollgate.provider.simulated;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.openai.client.OpenAIClient;
import com.openai.client.okhttp.OpenAIOkHttpClient;
import com.openai.core.MultipartField;
import dev.tollgate.kernel.Usage;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** A running simulated provider for a test class, and what speaks to it. */
final class Simulation implements BeforeAllCallback, AfterAllCallback {
    static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final Vertx vertx = Vertx.vertx();
    private @Nullable SimulatedProvider provider;

    @Override
    public void beforeAll(ExtensionContext context) throws Exception {
        provider = SimulatedProvider.start(vertx, 0, Clock.fixed(NOW, ZoneOffset.UTC))
                .toCompletionStage()
                .toCompletableFuture()
                .get(10, TimeUnit.SECONDS);
    }

    @Override
    public void afterAll(ExtensionContext context) throws Exception {
        provider().close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        http.close();
    }

    SimulatedProvider provider() {
        return requireNonNull(provider, "not started yet");
    }

    int port() {
        return URI.create(provider().baseUrl()).getPort();
    }

    /** What was billed under a tag. */
    Usage billed(String tag) {
        return provider().charges().ofTag(tag);
    }

    /** The official SDK, without retries. */
    OpenAIClient sdk() {
        return sdk(SimulatedProvider.API_KEY);
    }

    OpenAIClient sdk(String key) {
        return OpenAIOkHttpClient.builder()
                .baseUrl(provider().baseUrl())
                .apiKey(key)
                .maxRetries(0)
                .timeout(Duration.ofSeconds(20))
                .build();
    }

    /** Posts JSON; {@code headers} are names and values in turn. */
    HttpResponse<String> post(String path, String json, String... headers) throws IOException, InterruptedException {
        return http.send(
                request(path, headers).POST(BodyPublishers.ofString(json)).build(), BodyHandlers.ofString());
    }

    HttpResponse<byte[]> send(HttpRequest request) throws IOException, InterruptedException {
        return http.send(request, BodyHandlers.ofByteArray());
    }

    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return http.send(request(path, headers).GET().build(), BodyHandlers.ofString());
    }

    HttpResponse<String> delete(String path) throws IOException, InterruptedException {
        return http.send(request(path).DELETE().build(), BodyHandlers.ofString());
    }

    HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port()).resolve(path))
                .timeout(Duration.ofSeconds(20))
                .header("authorization", "Bearer " + SimulatedProvider.API_KEY)
                .header("content-type", "application/json");
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    static JsonNode json(HttpResponse<String> response) {
        return Json.parse(Buffer.buffer(response.body()));
    }

    /** The data lines of an event stream. */
    static List<String> data(String stream) {
        return stream.lines()
                .filter(line -> line.startsWith("data: "))
                .map(line -> line.substring("data: ".length()))
                .toList();
    }

    /** A file as the SDK sends it; without a name it would be a plain field. */
    static MultipartField<InputStream> file(String name, byte[] content) {
        return MultipartField.<InputStream>builder()
                .value(new ByteArrayInputStream(content))
                .filename(name)
                .build();
    }
}

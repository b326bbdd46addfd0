package dev.tollgate.provider.simulated;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.openai.core.http.HttpResponseFor;
import com.openai.errors.RateLimitException;
import com.openai.errors.UnauthorizedException;
import com.openai.models.chat.completions.ChatCompletion;
import com.openai.models.chat.completions.ChatCompletionCreateParams;
import io.vertx.core.Vertx;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

class SimulatedServerTest {
    private static final String PATH = "/v1/chat/completions";
    private static final String HELLO =
            "{\"model\":\"gpt-4o\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}";

    @RegisterExtension
    static final Simulation simulation = new Simulation();

    @Test
    void accepts_its_one_key_alone() throws Exception {
        assertThatThrownBy(() -> simulation.sdk("sk-other").chat().completions().create(hello()))
                .isInstanceOfSatisfying(
                        UnauthorizedException.class, e -> assertThat(e.code()).hasValue("invalid_api_key"));
        try (Socket socket = new Socket("127.0.0.1", simulation.port())) {
            socket.getOutputStream()
                    .write("GET /v1/models HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n"
                            .getBytes(StandardCharsets.UTF_8));
            assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                    .startsWith("HTTP/1.1 401 ")
                    .contains("{\"error\":{\"message\":");
        }
    }

    @Test
    void puts_openais_headers_on_every_answer() throws Exception {
        try (HttpResponseFor<ChatCompletion> answer =
                simulation.sdk().chat().completions().withRawResponse().create(hello())) {
            assertThat(answer.requestId().orElse("")).startsWith("req_");
            assertThat(answer.headers().values("x-ratelimit-remaining-tokens")).containsExactly("29999995");
        }
        HttpResponse<String> error = simulation.get("/v1/nothing");
        for (String name : new String[] {
            "x-request-id",
            "openai-organization",
            "openai-processing-ms",
            "openai-version",
            "x-ratelimit-limit-requests",
            "x-ratelimit-remaining-requests",
            "x-ratelimit-reset-requests",
            "x-ratelimit-limit-tokens",
            "x-ratelimit-reset-tokens"
        }) {
            assertThat(error.headers().firstValue(name)).as(name).isPresent();
        }
    }

    @Test
    void knows_what_is_not_there_and_what_is_not_allowed() throws Exception {
        HttpResponse<String> unknown = simulation.post("/v1/chat/completion", HELLO);
        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(unknown.body()).contains("Invalid URL (POST /v1/chat/completion)");
        assertThat(simulation.get("/").statusCode()).isEqualTo(404);
        assertThat(simulation.get("/v1/files/file-none?a=%25zz").statusCode()).isEqualTo(404);
        HttpResponse<String> wrong = simulation.get("/v1/embeddings");
        assertThat(wrong.statusCode()).isEqualTo(405);
        assertThat(wrong.body()).contains("\"code\":\"method_not_supported\"");
    }

    @Test
    void refuses_what_it_cannot_read() throws Exception {
        for (String body : new String[] {
            "",
            "{",
            "[]",
            "{} {}",
            "\"text\"",
            "[".repeat(2000),
            "{\"messages\":[]}",
            "{\"model\":\"gpt-4o\"}",
            "{\"model\":\"gpt-4o\",\"messages\":[1]}",
            "{\"model\":7,\"messages\":[{}]}",
            HELLO.replace("}]", "}],\"max_tokens\":0")
        }) {
            HttpResponse<String> answer = simulation.post(PATH, body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(Simulation.json(answer).at("/error/type").asText()).isEqualTo("invalid_request_error");
        }
    }

    @Test
    void speaks_gzip_both_ways() throws Exception {
        ByteArrayOutputStream compressed = new ByteArrayOutputStream();
        try (OutputStream gzip = new GZIPOutputStream(compressed)) {
            gzip.write(HELLO.getBytes(StandardCharsets.UTF_8));
        }
        HttpResponse<byte[]> answer = simulation.send(simulation
                .request(PATH, "content-encoding", "gzip", "accept-encoding", "gzip, br")
                .POST(BodyPublishers.ofByteArray(compressed.toByteArray()))
                .build());
        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(unzipped(answer.body())).contains("You said: Hello");
    }

    @Test
    void compresses_a_stream_only_when_asked() throws Exception {
        String stream = HELLO.replace("}]", "}],\"stream\":true");
        assertThat(simulation
                        .post(PATH, stream, "accept-encoding", "gzip")
                        .headers()
                        .firstValue("content-encoding"))
                .isEmpty();
        HttpResponse<byte[]> answer = simulation.send(simulation
                .request(PATH, "accept-encoding", "gzip", "x-simulate-fault", "gzip-stream", "x-simulate-chunk-ms", "1")
                .POST(BodyPublishers.ofString(stream))
                .build());
        assertThat(answer.headers().firstValue("content-encoding")).hasValue("gzip");
        assertThat(unzipped(answer.body())).endsWith("data: [DONE]\n\n");
    }

    @Test
    void bounds_the_request_body() throws Exception {
        try (Socket socket = new Socket("127.0.0.1", simulation.port())) {
            OutputStream out = socket.getOutputStream();
            out.write(("POST " + PATH + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100000000\r\n\r\n")
                    .getBytes(StandardCharsets.UTF_8));
            byte[] block = new byte[1024 * 1024];
            try {
                for (int i = 0; i < 65; i++) {
                    out.write(block);
                }
            } catch (IOException e) {
                // The server may close before it has read all.
            }
            assertThat(new String(socket.getInputStream().readNBytes(12), StandardCharsets.UTF_8))
                    .isEqualTo("HTTP/1.1 413");
        }
    }

    @Test
    void is_limited_when_that_is_wished() {
        assertThatThrownBy(() -> simulation
                        .sdk()
                        .chat()
                        .completions()
                        .create(hello().toBuilder()
                                .putAdditionalHeader("x-simulate-fault", "status-429")
                                .build()))
                .isInstanceOfSatisfying(RateLimitException.class, e -> {
                    assertThat(e.code()).hasValue("rate_limit_exceeded");
                    assertThat(e.headers().values("retry-after")).containsExactly("1");
                });
    }

    @Test
    void answers_in_as_many_words_as_wished() throws Exception {
        HttpResponse<String> answer = simulation.post(PATH, HELLO, "x-simulate-words", "1000");
        assertThat(Simulation.json(answer).at("/usage/completion_tokens").asLong())
                .isEqualTo(1000);
        assertThat(Simulation.json(answer)
                        .at("/choices/0/message/content")
                        .asText()
                        .split(" "))
                .hasSize(1000);
    }

    @Test
    void waits_as_long_as_wished() throws Exception {
        long start = System.nanoTime();
        simulation.post(PATH, HELLO, "x-simulate-latency-ms", "50");
        simulation.post(PATH, HELLO.replace("}]", "}],\"stream\":true"), "x-simulate-chunk-ms", "3");
        assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - start)).isGreaterThanOrEqualTo(50 + 16 * 3);
    }

    @Test
    void says_that_a_port_is_taken() throws Exception {
        Vertx vertx = Vertx.vertx();
        try {
            assertThatThrownBy(() -> SimulatedProvider.start(vertx, simulation.port(), Clock.systemUTC())
                            .toCompletionStage()
                            .toCompletableFuture()
                            .get(10, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasMessageContaining("in use");
        } finally {
            vertx.close().toCompletionStage().toCompletableFuture().get(10, TimeUnit.SECONDS);
        }
    }

    private static ChatCompletionCreateParams hello() {
        return ChatCompletionCreateParams.builder()
                .model("gpt-4o")
                .addUserMessage("Hello")
                .build();
    }

    private static String unzipped(byte[] bytes) throws IOException {
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}

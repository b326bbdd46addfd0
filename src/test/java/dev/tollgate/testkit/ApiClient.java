package dev.tollgate.testkit;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/**
 * Speaks to an OpenAI API as a program without an SDK does: over HTTP/1.1, with a key. Headers are given as names and
 * values in turn. Safe for threads.
 */
public final class ApiClient {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final HttpClient HTTP =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private final URI root;
    private final String key;

    /** @param root scheme, host and port, without a path */
    public ApiClient(URI root, String key) {
        this.root = root;
        this.key = key;
    }

    public Answer post(String path, String json, String... headers) {
        return send(request(path, headers)
                .header("content-type", "application/json")
                .POST(BodyPublishers.ofString(json)));
    }

    public Answer post(String path, Form form, String... headers) {
        return send(request(path, headers)
                .header("content-type", Form.TYPE)
                .POST(BodyPublishers.ofByteArray(form.toBytes())));
    }

    public Answer get(String path, String... headers) {
        return send(request(path, headers).GET());
    }

    public Answer delete(String path, String... headers) {
        return send(request(path, headers).DELETE());
    }

    public Answer send(HttpRequest.Builder request) {
        try {
            return Answer.of(HTTP.send(request.build(), BodyHandlers.ofByteArray()));
        } catch (IOException e) {
            throw new AssertionError("no answer from " + root + ": " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** A request with the key, still to be given a method and a body. */
    public HttpRequest.Builder request(String path, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(root + path))
                .timeout(PATIENCE)
                .header("authorization", "Bearer " + key);
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        return request;
    }

    public URI root() {
        return root;
    }

    public String key() {
        return key;
    }
}

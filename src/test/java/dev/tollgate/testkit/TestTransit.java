package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.security.GeneralSecurityException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key management service as the transit engine of HashiCorp Vault is one, with one key, which really encrypts: AES-256-GCM,
 * the version of the key in what it gives out, a token that is asked for, and a seal.
 */
public final class TestTransit implements AutoCloseable {
    public static final String TOKEN = "hvs.of-this-very-test-0123456789";
    private static final String DECRYPT = "/v1/transit/decrypt/tollgate";
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final HttpServer server;
    private final List<byte[]> versions = new CopyOnWriteArrayList<>();
    private final SecureRandom random = new SecureRandom();
    private volatile boolean sealed;
    private final AtomicInteger asked = new AtomicInteger();

    private TestTransit(HttpServer server) {
        this.server = server;
        server.createContext("/", this::answer);
        server.start();
        rotate();
    }

    /** One that is running. */
    public static TestTransit start() {
        return start(0);
    }

    /** One on that port. */
    public static TestTransit start(int port) {
        try {
            return new TestTransit(
                    HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), /* backlog= */ 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The URL of its key. */
    public String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/v1/transit/keys/tollgate";
    }

    /** Wraps bytes under the newest version of the key. */
    public String wrap(byte[] bytes) {
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        byte[] text = crypt(Cipher.ENCRYPT_MODE, versions.getLast(), nonce, bytes);
        byte[] all = Arrays.copyOf(nonce, nonce.length + text.length);
        System.arraycopy(text, 0, all, nonce.length, text.length);
        return "vault:v" + versions.size() + ":" + Base64.getEncoder().encodeToString(all);
    }

    /** Gives the key another version; what the earlier ones wrapped can still be unwrapped. */
    public void rotate() {
        byte[] key = new byte[32];
        random.nextBytes(key);
        versions.add(key);
    }

    /** Answers nobody until {@link #unseal}. */
    public void seal() {
        sealed = true;
    }

    public void unseal() {
        sealed = false;
    }

    /** How many requests came. */
    public int asked() {
        return asked.get();
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.incrementAndGet();
        JsonNode question = Json.parse(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
        if (sealed) {
            answer(exchange, 503, "{\"errors\":[\"Vault is sealed\"]}");
        } else if (!TOKEN.equals(exchange.getRequestHeaders().getFirst("x-vault-token"))) {
            answer(exchange, 403, "{\"errors\":[\"permission denied\"]}");
        } else if (!exchange.getRequestURI().getPath().equals(DECRYPT)) {
            answer(exchange, 404, "{\"errors\":[\"no handler for route\"]}");
        } else {
            unwrap(exchange, question.path("ciphertext").asText());
        }
    }

    private void unwrap(HttpExchange exchange, String wrapped) throws IOException {
        try {
            String[] parts = wrapped.split(":", 3);
            byte[] key = versions.get(Integer.parseInt(parts[1].substring(1)) - 1);
            byte[] all = Base64.getDecoder().decode(parts[2]);
            byte[] plain = crypt(
                    Cipher.DECRYPT_MODE,
                    key,
                    Arrays.copyOf(all, NONCE_BYTES),
                    Arrays.copyOfRange(all, NONCE_BYTES, all.length));
            answer(
                    exchange,
                    200,
                    "{\"data\":{\"plaintext\":\"" + Base64.getEncoder().encodeToString(plain) + "\"}}");
        } catch (RuntimeException e) {
            answer(exchange, 400, "{\"errors\":[\"invalid ciphertext\"]}");
        }
    }

    private static byte[] crypt(int mode, byte[] key, byte[] nonce, byte[] bytes) {
        try {
            Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
            cipher.init(mode, new SecretKeySpec(key, "AES"), new GCMParameterSpec(TAG_BITS, nonce));
            return cipher.doFinal(bytes);
        } catch (GeneralSecurityException e) {
            throw new IllegalArgumentException(e);
        }
    }

    private static void answer(HttpExchange exchange, int status, String json) throws IOException {
        byte[] bytes = json.getBytes(UTF_8);
        exchange.getResponseHeaders().set("content-type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}

package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * A provider that understands nothing: it keeps every request as it lay on the wire and answers the bytes that the test
 * gives it. For what the simulated provider, which is a proper HTTP server, can't show.
 */
public final class FakeUpstream implements AutoCloseable {
    private final ServerSocket socket;
    private final List<Received> received = new CopyOnWriteArrayList<>();
    private volatile Script script = (_, wire) -> wire.write(json(200, "{}"));

    private FakeUpstream(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::accept);
    }

    /** A request as it came. */
    public record Received(String method, String target, List<RawHeader> headers, byte[] body) {
        public String text() {
            return new String(body, UTF_8);
        }

        /** The value of the first header of that name, or an empty text. */
        public String header(String name) {
            return RawHeader.first(headers, name);
        }

        public List<String> headerNames() {
            return headers.stream()
                    .map(header -> header.name().toLowerCase(Locale.ROOT))
                    .toList();
        }
    }

    /** Says what happens when a request has come in. */
    @FunctionalInterface
    public interface Script {
        void answer(Received request, Wire wire) throws IOException;
    }

    /** The way back. */
    public static final class Wire {
        private final OutputStream out;

        private Wire(OutputStream out) {
            this.out = out;
        }

        public Wire write(String text) throws IOException {
            return write(text.getBytes(UTF_8));
        }

        public Wire write(byte[] bytes) throws IOException {
            out.write(bytes);
            out.flush();
            return this;
        }

        /** One chunk of a chunked body. */
        public Wire chunk(String text) throws IOException {
            byte[] bytes = text.getBytes(UTF_8);
            return write((Integer.toHexString(bytes.length) + "\r\n").getBytes(ISO_8859_1))
                    .write(bytes)
                    .write("\r\n");
        }

        /** The end of a chunked body. */
        public Wire end() throws IOException {
            return write("0\r\n\r\n");
        }

        /** The end of the connection. */
        public void close() throws IOException {
            out.close();
        }
    }

    public static FakeUpstream start() {
        try {
            return new FakeUpstream(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String baseUrl() {
        return "http://" + authority() + "/v1";
    }

    public String authority() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    /** Answers every request from now on by a script, and forgets those before. */
    public FakeUpstream answering(Script next) {
        script = next;
        received.clear();
        return this;
    }

    /** Answers every request from now on with the same bytes, and forgets those before. */
    public FakeUpstream answering(String bytes) {
        return answering((_, wire) -> wire.write(bytes));
    }

    /** A whole answer of JSON; headers are whole lines. */
    public static String json(int status, String body, String... headers) {
        return whole(status, "application/json", body, headers);
    }

    /** A whole answer. */
    public static String whole(int status, String type, String body, String... headers) {
        return "HTTP/1.1 " + status + " Said\r\nContent-Type: " + type + "\r\nContent-Length: "
                + body.getBytes(UTF_8).length + "\r\n" + lines(headers) + "\r\n" + body;
    }

    /** The head of an event stream whose body is chunked. */
    public static String streamHead(String... headers) {
        return "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream; charset=utf-8\r\nTransfer-Encoding: chunked\r\n"
                + lines(headers) + "\r\n";
    }

    private static String lines(String... headers) {
        StringBuilder lines = new StringBuilder();
        for (String header : headers) {
            lines.append(header).append("\r\n");
        }
        return lines.toString();
    }

    /** Every request since the answer was set. */
    public List<Received> received() {
        return List.copyOf(received);
    }

    /** The one request since the answer was set. */
    public Received only() {
        if (received.size() != 1) {
            throw new AssertionError(received.size() + " requests came (expected: 1): " + received);
        }
        return received.getFirst();
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void accept() {
        try {
            while (true) {
                Socket connection = socket.accept();
                Thread.ofVirtual().start(() -> serve(connection));
            }
        } catch (SocketException e) {
            // closed: the test is over
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void serve(Socket connection) {
        try (connection) {
            HttpWire in = new HttpWire(new BufferedInputStream(connection.getInputStream()));
            Wire out = new Wire(connection.getOutputStream());
            while (true) {
                Received request = read(in);
                received.add(request);
                script.answer(request, out);
            }
        } catch (EOFException | SocketException e) {
            // the other side has gone, as it may
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Received read(HttpWire in) throws IOException {
        String[] line = in.line().split(" ");
        List<RawHeader> headers = in.headers();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        in.body(headers, /* untilClosed= */ false, body);
        return new Received(line[0], line[1], headers, body.toByteArray());
    }
}

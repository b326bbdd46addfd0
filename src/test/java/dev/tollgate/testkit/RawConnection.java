package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.util.List;

/** One TCP connection to a server, on which a test sends whatever bytes it likes and sees how the answers end. */
public final class RawConnection implements AutoCloseable {
    private static final int PATIENCE_MILLIS = 60_000;

    private final Socket socket;
    private final InputStream in;
    private final HttpWire wire;

    private RawConnection(Socket socket) throws IOException {
        this.socket = socket;
        this.in = new BufferedInputStream(socket.getInputStream());
        this.wire = new HttpWire(in);
    }

    public static RawConnection to(URI root) {
        try {
            Socket socket = new Socket(root.getHost(), root.getPort());
            socket.setSoTimeout(PATIENCE_MILLIS);
            socket.setTcpNoDelay(true);
            return new RawConnection(socket);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A request with a key and a JSON body; headers are whole lines. */
    public static String post(String path, String key, String json, String... headers) {
        return head("POST " + path, key, headers) + "Content-Type: application/json\r\nContent-Length: "
                + json.getBytes(UTF_8).length + "\r\n\r\n" + json;
    }

    /** A request with a key and without a body; headers are whole lines. */
    public static String get(String path, String key, String... headers) {
        return head("GET " + path, key, headers) + "\r\n";
    }

    private static String head(String methodAndPath, String key, String... headers) {
        StringBuilder head = new StringBuilder(methodAndPath).append(" HTTP/1.1\r\nHost: tollgate.test\r\n");
        head.append("Authorization: Bearer ").append(key).append("\r\n");
        for (String header : headers) {
            head.append(header).append("\r\n");
        }
        return head.toString();
    }

    public RawConnection send(String text) {
        return send(text.getBytes(UTF_8));
    }

    public RawConnection send(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Sends as much as the other side takes; what it no longer wants is not sent. */
    public RawConnection sendUnlessRefused(byte[] bytes) {
        try {
            socket.getOutputStream().write(bytes);
        } catch (IOException e) {
            // the other side has said what it had to say
        }
        return this;
    }

    /** The next answer, whole or as far as it came. */
    public RawAnswer answer() {
        try {
            String statusLine = wire.line();
            int status = Integer.parseInt(statusLine.split(" ")[1]);
            List<RawHeader> headers = wire.headers();
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            boolean complete = readBody(headers, body, status);
            return new RawAnswer(status, headers, body.toByteArray(), complete);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private boolean readBody(List<RawHeader> headers, ByteArrayOutputStream body, int status) {
        try {
            wire.body(headers, /* untilClosed= */ status >= 200, body);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Reads until this text has come. */
    public RawConnection readUntil(String text) {
        try {
            StringBuilder received = new StringBuilder();
            while (received.indexOf(text, received.length() - text.length()) < 0) {
                int read = in.read();
                if (read < 0) {
                    throw new AssertionError("closed before: " + text + "\n" + received);
                }
                received.append((char) read);
            }
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Waits until the other side closes; fails where it says something more. */
    public void awaitClosed() {
        int read;
        try {
            read = in.read();
        } catch (IOException e) {
            return; // a reset is a close, too
        }
        if (read >= 0) {
            throw new AssertionError("not closed, but: " + (char) read);
        }
    }

    @Override
    public void close() {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

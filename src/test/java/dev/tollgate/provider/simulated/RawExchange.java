package dev.tollgate.provider.simulated;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;

/** One request over a plain socket, so that a test sees every byte and how the connection ended. */
final class RawExchange implements AutoCloseable {
    /** How an answer ended. */
    enum End {
        /** The peer closed in good order. */
        CLOSED,
        /** The peer reset the connection. */
        RESET
    }

    private static final int PATIENCE_MILLIS = 30_000;
    private static final int SILENCE_MILLIS = 300;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private RawExchange(Socket socket) {
        this.socket = socket;
    }

    /** Posts JSON; {@code headers} are whole lines. */
    static RawExchange post(int port, String path, String json, String... headers) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        StringBuilder request = new StringBuilder("POST " + path + " HTTP/1.1\r\nHost: localhost\r\n");
        request.append("Authorization: Bearer ")
                .append(SimulatedProvider.API_KEY)
                .append("\r\n");
        request.append("Content-Type: application/json\r\n");
        for (String header : headers) {
            request.append(header).append("\r\n");
        }
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        request.append("Content-Length: ").append(body.length).append("\r\n\r\n");
        socket.getOutputStream().write(request.toString().getBytes(StandardCharsets.UTF_8));
        socket.getOutputStream().write(body);
        return new RawExchange(socket);
    }

    /** Reads until the connection ends. */
    End readToEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                received.write(buffer, 0, read);
            }
            return End.CLOSED;
        } catch (SocketTimeoutException e) {
            throw new AssertionError("still open after: " + received(), e);
        } catch (IOException e) {
            return End.RESET;
        }
    }

    /** Whether nothing more comes for a while although the connection stays open. */
    boolean isSilent() throws IOException {
        socket.setSoTimeout(SILENCE_MILLIS);
        try {
            int read = socket.getInputStream().read();
            throw new AssertionError("not silent but: " + read);
        } catch (SocketTimeoutException e) {
            return true;
        }
    }

    /** Reads a number of bytes. */
    void read(int bytes) throws IOException {
        received.write(socket.getInputStream().readNBytes(bytes));
    }

    /** Reads until a text has come. */
    void readUntil(String text) throws IOException {
        while (!received().contains(text)) {
            int read = socket.getInputStream().read();
            if (read < 0) {
                throw new IOException("closed before: " + text);
            }
            received.write(read);
        }
    }

    /** All that has come, headers included. */
    String received() {
        return received.toString(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}

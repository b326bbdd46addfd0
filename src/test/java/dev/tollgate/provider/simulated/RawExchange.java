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
        RESET,
        /** Nothing more came for a while. */
        SILENCE
    }

    private static final int SILENCE_MILLIS = 400;

    private final Socket socket;
    private final ByteArrayOutputStream received = new ByteArrayOutputStream();

    private RawExchange(Socket socket) {
        this.socket = socket;
    }

    /** Posts JSON; {@code headers} are whole lines. */
    static RawExchange post(int port, String path, String json, String... headers) throws IOException {
        Socket socket = new Socket("127.0.0.1", port);
        socket.setSoTimeout(SILENCE_MILLIS);
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

    /** Reads until the connection ends or falls silent. */
    End readToEnd() throws IOException {
        InputStream in = socket.getInputStream();
        byte[] buffer = new byte[8192];
        try {
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                received.write(buffer, 0, read);
            }
            return End.CLOSED;
        } catch (SocketTimeoutException e) {
            return End.SILENCE;
        } catch (IOException e) {
            return End.RESET;
        }
    }

    /** Reads until a text has come. */
    void readUntil(String text) throws IOException {
        socket.setSoTimeout(10_000);
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

package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** An HTTP proxy that opens tunnels with {@code CONNECT} for whoever knows its password, and does nothing else. */
public final class ConnectProxy implements AutoCloseable {
    private static final String USER = "tester:of-proxies";

    private final ServerSocket socket;
    private final List<String> tunnels = new CopyOnWriteArrayList<>();

    private ConnectProxy(ServerSocket socket) {
        this.socket = socket;
        Thread.ofVirtual().start(this::accept);
    }

    public static ConnectProxy start() {
        try {
            return new ConnectProxy(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Its URL, with user and password. */
    public String url() {
        return "http://" + USER + "@127.0.0.1:" + socket.getLocalPort();
    }

    /** The {@code host:port} of every tunnel that was opened. */
    public List<String> tunnels() {
        return List.copyOf(tunnels);
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
                Socket client = socket.accept();
                Thread.ofVirtual().start(() -> open(client));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void open(Socket client) {
        try {
            HttpWire in = new HttpWire(client.getInputStream());
            String[] line = in.line().split(" ");
            String shown = RawHeader.first(in.headers(), "proxy-authorization");
            if (!line[0].equals("CONNECT") || !shown.equals("Basic " + base64(USER))) {
                say(client, "HTTP/1.1 407 Proxy Authentication Required\r\nContent-Length: 0\r\n\r\n");
                client.close();
                return;
            }
            URI target = URI.create("tcp://" + line[1]);
            Socket server = new Socket(target.getHost(), target.getPort());
            tunnels.add(line[1]);
            say(client, "HTTP/1.1 200 Connected\r\n\r\n");
            Pipe.join(client, server);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void say(Socket client, String answer) throws IOException {
        client.getOutputStream().write(answer.getBytes(US_ASCII));
    }

    private static String base64(String text) {
        return Base64.getEncoder().encodeToString(text.getBytes(US_ASCII));
    }
}

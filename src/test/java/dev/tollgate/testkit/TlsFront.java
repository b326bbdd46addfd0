package dev.tollgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import javax.net.ssl.SSLServerSocket;

/** Serves HTTPS before a server of this machine that speaks plain HTTP, to clients that show the right certificate. */
public final class TlsFront implements AutoCloseable {
    private final ServerSocket socket;
    private final int serverPort;

    private TlsFront(ServerSocket socket, int serverPort) {
        this.socket = socket;
        this.serverPort = serverPort;
        Thread.ofVirtual().start(this::accept);
    }

    /** Shows one certificate and wants to be shown another. */
    public static TlsFront before(int serverPort, Certificate own, Certificate clients) {
        try {
            SSLServerSocket socket = (SSLServerSocket) own.contextToServe(clients)
                    .getServerSocketFactory()
                    .createServerSocket(0, 50, InetAddress.getLoopbackAddress());
            socket.setNeedClientAuth(true);
            return new TlsFront(socket, serverPort);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String authority() {
        return "127.0.0.1:" + socket.getLocalPort();
    }

    public String baseUrl() {
        return "https://" + authority() + "/v1";
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
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                Pipe.join(client, server);
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }
}

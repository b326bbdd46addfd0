package dev.tollgate.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A way to a server on this machine that a test can cut: connections break, and new ones are refused until it is mended.
 * Or it holds what is on its way: connections are taken and stand, and nothing arrives until it lets go. Its port stays
 * the same.
 */
public final class TcpLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 14;

    private final int port;
    private volatile int serverPort;
    private final Set<Socket> open = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket listening;
    private boolean holds;

    private TcpLink(int port, int serverPort) {
        this.port = port;
        this.serverPort = serverPort;
    }

    /** A link that is yet to be mended. */
    public static TcpLink cutTo(int serverPort) {
        return new TcpLink(FreePort.any(), serverPort);
    }

    public int port() {
        return port;
    }

    /** Leads elsewhere from now on; what is open stays where it is. */
    public TcpLink leadTo(int otherPort) {
        serverPort = otherPort;
        return this;
    }

    public synchronized TcpLink mend() {
        try {
            ServerSocket socket = new ServerSocket();
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            listening = socket;
            Thread.ofVirtual().start(() -> accept(socket));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Holds what is on its way, until {@link #letGo}. */
    public synchronized TcpLink hold() {
        holds = true;
        return this;
    }

    public synchronized void letGo() {
        holds = false;
        notifyAll();
    }

    public synchronized void cut() {
        if (listening != null) {
            close(listening);
            listening = null;
        }
        open.forEach(TcpLink::close);
        open.clear();
    }

    @Override
    public void close() {
        cut();
        letGo();
    }

    private void accept(ServerSocket socket) {
        try {
            while (true) {
                Socket client = socket.accept();
                Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
                if (!take(socket, client, server)) {
                    return;
                }
                Thread.ofVirtual().start(() -> pass(client, server));
                Thread.ofVirtual().start(() -> pass(server, client));
            }
        } catch (IOException e) {
            // cut
        }
    }

    /** What was let in while the link was being cut is closed, too. */
    private synchronized boolean take(ServerSocket through, Socket client, Socket server) {
        if (listening != through) {
            close(client);
            close(server);
            return false;
        }
        open.add(client);
        open.add(server);
        return true;
    }

    private void pass(Socket from, Socket to) {
        try (from;
                to) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int read = from.getInputStream().read(buffer);
                    read >= 0;
                    read = from.getInputStream().read(buffer)) {
                awaitPassage();
                to.getOutputStream().write(buffer, 0, read);
            }
        } catch (IOException e) {
            // cut, or one side has gone
        } finally {
            open.remove(from);
            open.remove(to);
        }
    }

    private synchronized void awaitPassage() {
        while (holds) {
            try {
                wait();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    private static void close(AutoCloseable socket) {
        try {
            socket.close();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}

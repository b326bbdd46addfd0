package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * A way to PostgreSQL on this machine on which answers get lost: the statement has been carried out and committed, but the
 * connection breaks before the client hears of it.
 */
public final class LossyLink implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 16;

    /** ReadyForQuery outside of a transaction: what was done is committed. It is the last message of an answer. */
    private static final String COMMITTED = "Z\0\0\0\5I";

    private final ServerSocket socket;
    private final int serverPort;
    private final String marker;
    private final BooleanSupplier loses;
    private final AtomicInteger lost = new AtomicInteger();
    private final AtomicInteger passed = new AtomicInteger();

    private LossyLink(int serverPort, String marker, BooleanSupplier loses) throws IOException {
        this.socket = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        this.serverPort = serverPort;
        this.marker = marker;
        this.loses = loses;
        Thread.ofVirtual().start(this::accept);
    }

    /**
     * Loses answers to statements that have a text in them.
     *
     * @param loses asked once for each such statement, by one thread at a time
     */
    public static LossyLink to(int serverPort, String marker, BooleanSupplier loses) {
        try {
            return new LossyLink(serverPort, marker, loses);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public int port() {
        return socket.getLocalPort();
    }

    /** Statements that were carried out without the client hearing of it. */
    public int lost() {
        return lost.get();
    }

    /** Statements with the text whose answers went through. */
    public int passed() {
        return passed.get();
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
                AtomicBoolean loseNext = new AtomicBoolean();
                Thread.ofVirtual().start(() -> pass(client, server, loseNext, /* toServer= */ true));
                Thread.ofVirtual().start(() -> pass(server, client, loseNext, /* toServer= */ false));
            }
        } catch (IOException e) {
            // closed: the test is over
        }
    }

    private void pass(Socket from, Socket to, AtomicBoolean loseNext, boolean toServer) {
        try (from;
                to) {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] buffer = new byte[BUFFER_BYTES];
            String tail = "";
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                String text = new String(buffer, 0, read, ISO_8859_1);
                if (toServer) {
                    notice(tail, text, loseNext);
                    tail = text.substring(Math.max(0, text.length() - marker.length() + 1));
                } else if (loseNext.get()) {
                    tail += text;
                    if (tail.endsWith(COMMITTED)) {
                        lost.incrementAndGet();
                        return;
                    }
                    continue;
                }
                out.write(buffer, 0, read);
            }
        } catch (IOException e) {
            // one side has gone
        }
    }

    private synchronized void notice(String tail, String text, AtomicBoolean loseNext) {
        if ((tail + text).contains(marker)) {
            if (loses.getAsBoolean()) {
                loseNext.set(true);
            } else {
                passed.incrementAndGet();
            }
        }
    }
}

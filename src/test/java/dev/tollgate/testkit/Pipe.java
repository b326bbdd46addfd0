package dev.tollgate.testkit;

import java.io.IOException;
import java.net.Socket;

/** Two connections whose bytes are passed to one another, until one of them ends. */
final class Pipe {
    private Pipe() {}

    static void join(Socket one, Socket other) {
        Thread.ofVirtual().start(() -> pass(one, other));
        Thread.ofVirtual().start(() -> pass(other, one));
    }

    private static void pass(Socket from, Socket to) {
        try (from;
                to) {
            from.getInputStream().transferTo(to.getOutputStream());
        } catch (IOException e) {
            // one side has gone, as it may
        }
    }
}

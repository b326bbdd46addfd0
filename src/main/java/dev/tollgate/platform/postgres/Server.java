package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.function.Consumer;

/**
 * A PostgreSQL on a free port of the loopback interface, kept running until it is stopped: one that ends by itself,
 * killed for its memory for example, is started again on the same port.
 */
final class Server {
    static final String HOST = "127.0.0.1";

    /** Long, because after a crash the server first replays its write-ahead log. */
    private static final Duration START_MAX = Duration.ofMinutes(5);

    private static final Duration FAST_STOP_MAX = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_STOP_MAX = Duration.ofSeconds(5);
    private static final Duration BEFORE_RESTART = Duration.ofSeconds(1);
    private static final int PORTS_TRIED_MAX = 5;

    private final ServerRecipe recipe;
    private final int port;
    private final Consumer<String> progress;
    private boolean kept;
    private ServerRun run;

    private Server(ServerRecipe recipe, int port, Consumer<String> progress) throws IOException {
        this.recipe = recipe;
        this.port = port;
        this.progress = progress;
        this.run = ServerRun.launch(recipe, port, this::restart);
    }

    /** Starts it and waits until it accepts connections. A port taken by someone faster means another one. */
    static Server start(ServerRecipe recipe, Consumer<String> progress) throws IOException {
        for (int tried = 1; ; tried++) {
            Server server = new Server(recipe, freePort(), progress);
            if (server.becomesReady()) {
                return server;
            }
            server.stop();
            String said = server.run.output().lastLines();
            if (!said.contains("could not bind IPv4 address") || tried == PORTS_TRIED_MAX) {
                throw new EmbeddedPostgresFailure("PostgreSQL does not start on "
                        + recipe.cluster().folder() + ". It said:\n" + said + "\nIts whole log is "
                        + recipe.folder().log() + ". If the database is damaged, restore the folder from a backup, or"
                        + " move it away to start with an empty one.");
            }
        }
    }

    int port() {
        return port;
    }

    synchronized long pid() {
        return run.process().pid();
    }

    /** Stops it for good: cleanly if it can within 30 s, at once otherwise. Safe to repeat. */
    void stop() {
        Process process = stopKeeping();
        if (!process.isAlive()) {
            return;
        }
        StopMode.FAST.send(process.pid());
        if (Waiting.exited(process, FAST_STOP_MAX)) {
            return;
        }
        StopMode.IMMEDIATE.send(process.pid());
        if (!Waiting.exited(process, IMMEDIATE_STOP_MAX)) {
            process.destroyForcibly();
        }
    }

    private boolean becomesReady() {
        Process process = run.process();
        PostmasterFile file = PostmasterFile.in(recipe.cluster().data());
        boolean ready = Waiting.until(() -> !process.isAlive() || file.saysReady(process.pid()), START_MAX);
        synchronized (this) {
            kept = ready && process.isAlive();
            return kept;
        }
    }

    private synchronized Process stopKeeping() {
        kept = false;
        notifyAll();
        return run.process();
    }

    /** Called when a run is over. Does not wait until the next one is ready: its clients try again by themselves. */
    private synchronized void restart() {
        while (kept) {
            progress.accept("PostgreSQL ended unexpectedly; starting it again, see "
                    + recipe.folder().log());
            try {
                wait(BEFORE_RESTART.toMillis());
                if (kept) {
                    new Leftovers(recipe.folder()).stop(recipe.cluster().data(), progress);
                    run = ServerRun.launch(recipe, port, this::restart);
                }
                return;
            } catch (IOException | EmbeddedPostgresFailure e) {
                progress.accept("PostgreSQL cannot be started again: " + e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }
}

package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** A running PostgreSQL: a child process on a free port of the loopback interface. */
final class Server {
    static final String HOST = "127.0.0.1";

    /** Long, because after a crash the server first replays its write-ahead log. */
    private static final Duration START_MAX = Duration.ofMinutes(5);

    private static final Duration FAST_STOP_MAX = Duration.ofSeconds(30);
    private static final Duration IMMEDIATE_STOP_MAX = Duration.ofSeconds(5);
    private static final int PORTS_TRIED_MAX = 5;

    private final Process process;
    private final int port;
    private final Tail output;

    private Server(Process process, int port, Tail output) {
        this.process = process;
        this.port = port;
        this.output = output;
    }

    record Recipe(
            PostgresBinaries binaries,
            LaunchPrefix prefix,
            PostgresSettings settings,
            Cluster cluster,
            DataFolder folder) {

        List<String> command(int port) {
            List<String> command = new ArrayList<>(
                    List.of(binaries.postgres().toString(), "-D", cluster.data().toString(), "-p", "" + port));
            command.addAll(settings.arguments());
            return prefix.server(command);
        }
    }

    /** Starts it and waits until it accepts connections. A port taken by someone faster means another one. */
    static Server start(Recipe recipe) throws IOException {
        for (int tried = 1; ; tried++) {
            Server server = launch(recipe, freePort());
            if (server.becomesReady(recipe.cluster())) {
                return server;
            }
            server.stop();
            if (!server.portWasTaken() || tried == PORTS_TRIED_MAX) {
                throw new EmbeddedPostgresFailure("PostgreSQL does not start on "
                        + recipe.cluster().folder() + ". It said:\n" + server.output.text()
                        + "\nIts whole log is " + recipe.folder().log() + ". If the database is damaged, restore the"
                        + " folder from a backup, or move it away to start with an empty one.");
            }
        }
    }

    int port() {
        return port;
    }

    long pid() {
        return process.pid();
    }

    /** Stops it: cleanly if it can within 30 s, at once otherwise. Safe to repeat. */
    void stop() {
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

    private boolean becomesReady(Cluster cluster) {
        PostmasterFile file = PostmasterFile.in(cluster.data());
        Waiting.until(() -> !process.isAlive() || file.saysReady(process.pid()), START_MAX);
        return process.isAlive() && file.saysReady(process.pid());
    }

    private boolean portWasTaken() {
        return output.text().contains("could not bind IPv4 address");
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            return socket.getLocalPort();
        }
    }

    private static Server launch(Recipe recipe, int port) throws IOException {
        Tail output = new Tail();
        CompletableFuture<Process> started = new CompletableFuture<>();
        // The thread that starts the process must live as long as it: the kernel takes its end for ours (parentDeath).
        Thread.ofPlatform().daemon().name("postgres-output").start(() -> keep(recipe, port, output, started));
        try {
            return new Server(started.join(), port, output);
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void keep(Recipe recipe, int port, Tail output, CompletableFuture<Process> started) {
        ProcessBuilder builder = new ProcessBuilder(recipe.command(port))
                .directory(recipe.cluster().data().toFile())
                .redirectErrorStream(true);
        ServerEnvironment.clean(builder.environment());
        try (BoundedLog log = new BoundedLog(recipe.folder().log(), BoundedLog.BYTES_MAX)) {
            Process process = builder.start();
            started.complete(process);
            process.getOutputStream().close();
            copy(process.getInputStream(), log, output);
        } catch (IOException | RuntimeException e) {
            started.completeExceptionally(e);
        }
    }

    private static void copy(InputStream from, BoundedLog log, Tail output) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            output.add(buffer, read);
            log.write(buffer, read);
        }
    }
}

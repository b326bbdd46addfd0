package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** One run of the server's program, from its start to the end of its last child; its output goes to the log. */
record ServerRun(Process process, Tail output) {

    /** Starts the program; {@code whenOver} is called once it and its children are gone, from another thread. */
    static ServerRun launch(ServerRecipe recipe, int port, Runnable whenOver) throws IOException {
        CompletableFuture<ServerRun> started = new CompletableFuture<>();
        // The thread that starts a process must live as long as it: the kernel takes its end for that of the parent,
        // which stops the server (LaunchPrefix.parentDeath).
        Thread.ofPlatform().daemon().name("postgres-output").start(() -> run(recipe, port, whenOver, started));
        try {
            return started.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof IOException cause) {
                throw cause;
            }
            throw e;
        }
    }

    private static void run(ServerRecipe recipe, int port, Runnable whenOver, CompletableFuture<ServerRun> started) {
        ProcessBuilder builder = new ProcessBuilder(recipe.command(port))
                .directory(recipe.cluster().data().toFile())
                .redirectErrorStream(true);
        ServerEnvironment.clean(builder.environment());
        try (BoundedLog log = new BoundedLog(recipe.folder().log(), BoundedLog.BYTES_MAX)) {
            ServerRun run = new ServerRun(builder.start(), new Tail());
            started.complete(run);
            run.copyOutput(log);
            whenOver.run();
        } catch (IOException | RuntimeException e) {
            started.completeExceptionally(e);
        }
    }

    private void copyOutput(BoundedLog log) throws IOException {
        process.getOutputStream().close();
        byte[] buffer = new byte[8192];
        InputStream from = process.getInputStream();
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            output.add(buffer, read);
            log.write(buffer, read);
        }
    }
}

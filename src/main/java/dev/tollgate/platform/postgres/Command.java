package dev.tollgate.platform.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;

/** A short-lived program: run to its end within a time limit, its output kept up to a bound. */
final class Command {
    private static final Executor VIRTUAL_THREADS =
            task -> Thread.ofVirtual().name("postgres-command").start(task);

    private Command() {}

    /** What became of it; standard output and standard error in one, the last lines of it. */
    record Outcome(int exitCode, String output) {
        boolean succeeded() {
            return exitCode == 0;
        }
    }

    /**
     * Runs it with that text as its standard input.
     *
     * @throws IOException if it cannot be started
     * @throws EmbeddedPostgresFailure if it takes longer than the limit; it is killed then
     */
    static Outcome run(List<String> command, Path workingFolder, String input, Duration limit) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).directory(workingFolder.toFile()).redirectErrorStream(true);
        ServerEnvironment.clean(builder.environment());
        Process process = builder.start();
        CompletableFuture<String> output =
                CompletableFuture.supplyAsync(() -> drain(process.getInputStream()), VIRTUAL_THREADS);
        try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
            stdin.write(input);
        } catch (IOException e) {
            // It ended without reading; its exit code and output say why.
        }
        if (!Waiting.exited(process, limit)) {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
            throw new EmbeddedPostgresFailure(command + " did not end within " + limit.toSeconds()
                    + " s and was killed. Try again, " + EmbeddedPostgresFailure.OR_YOUR_OWN + ".");
        }
        return new Outcome(process.exitValue(), output.join());
    }

    /** Whether that command can be run here and succeeds: how we find out what a machine allows. */
    static boolean works(List<String> command) {
        try {
            return run(command, Path.of("/"), "", Duration.ofSeconds(10)).succeeded();
        } catch (IOException e) {
            return false;
        }
    }

    private static String drain(InputStream output) {
        Tail tail = new Tail();
        byte[] buffer = new byte[8192];
        try (output) {
            for (int read = output.read(buffer); read >= 0; read = output.read(buffer)) {
                tail.add(buffer, read);
            }
        } catch (IOException e) {
            // Killed while it wrote: what was read until then is all there is.
        }
        return tail.lastLines();
    }
}

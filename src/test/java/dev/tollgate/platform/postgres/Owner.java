package dev.tollgate.platform.postgres;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;

/** Another JVM that owns an embedded server, so that a test can kill it. It says each step and then {@link #RUNNING}. */
final class Owner implements AutoCloseable {
    private static final String RUNNING = "running ";

    private final Process process;
    private final BufferedReader lines;

    private Owner(Process process) {
        this.process = process;
        this.lines = process.inputReader(StandardCharsets.UTF_8);
    }

    public static void main(String[] arguments) throws IOException {
        try {
            EmbeddedPostgres server = EmbeddedPostgres.start(Path.of(arguments[0]), System.out::println);
            System.out.println(RUNNING + server.pid() + " " + server.jdbcUrl() + " " + server.password());
        } catch (EmbeddedPostgresFailure e) {
            System.out.println(e.getMessage());
            System.exit(1);
        }
        if (System.in.read() < 0) {
            System.exit(0);
        }
    }

    static Owner start(Path dataFolder) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Owner.class.getName(),
                        dataFolder.toString())
                .redirectErrorStream(true)
                .start();
        return new Owner(process);
    }

    /** What a running owner says about its server. */
    record Running(long pid, String jdbcUrl, String password) {}

    Running awaitRunning() throws IOException {
        List<String> words = List.of(awaitLine(line -> line.startsWith(RUNNING)).split(" "));
        return new Running(Long.parseLong(words.get(1)), words.get(2), words.get(3));
    }

    /** Reads until that line; fails when the process ends first. */
    String awaitLine(Predicate<String> wanted) throws IOException {
        StringBuilder said = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (wanted.test(line)) {
                return line;
            }
            said.append(line).append('\n');
        }
        throw new AssertionError("the owner ended, having said:\n" + said);
    }

    /** Like {@code kill -9}: it has no chance to do anything more. */
    void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    int exitCode() throws InterruptedException {
        return process.waitFor();
    }

    @Override
    public void close() {
        process.destroyForcibly();
    }
}

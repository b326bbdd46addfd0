package dev.tollgate.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.openai.client.okhttp.OpenAIOkHttpClient;
import dev.tollgate.provider.simulated.SimulatedProvider;
import dev.tollgate.tenancy.ApiKey;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The packaged application as a process of its own, with the environment that a test gives it and nothing of the one
 * that the test runs in. It takes a free port and a data folder under {@code target/it}.
 */
public final class TollgateProcess implements AutoCloseable {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final Path FOLDERS = Path.of("target", "it");
    private static final Pattern BASE_URL = Pattern.compile("Base URL +(http\\S+)/v1\\s");
    private static final Pattern ADMIN_URL = Pattern.compile("Watch +(http\\S+)/metrics,");
    private static final Set<String> INHERITED = Set.of("PATH", "LANG", "LC_ALL", "TMPDIR");
    private static final Duration STOP_BOUND = Duration.ofSeconds(90);
    private static final String READY = "Tollgate is ready.";
    private static final int KILLED = 128 + 9;
    private static final AtomicInteger COUNT = new AtomicInteger();

    private final Process process;
    private final ClassArchive classes;
    private final Path data;
    private final Setup setup;
    private final StringBuffer output = new StringBuffer();
    private final Thread reader;

    private TollgateProcess(Process process, ClassArchive classes, Setup setup) {
        this.process = process;
        this.classes = classes;
        this.setup = setup;
        this.data = setup.data;
        this.reader = Thread.ofVirtual().start(this::read);
    }

    /** What a process is started with. Usable again, for a second start on the same data. */
    public static final class Setup {
        private final Map<String, String> environment = new LinkedHashMap<>();
        private @Nullable TestDatabase database;
        private int heapMegabytes = 384;
        private Path data = FOLDERS.resolve(newName());

        private Setup() {}

        /** Sets an environment variable. */
        public Setup with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        /** Uses a database that the test has, instead of the one that Tollgate brings along. */
        public Setup over(TestDatabase one) {
            database = one;
            return with("QUARKUS_DATASOURCE_REACTIVE_URL", one.reactiveUrl())
                    .with("QUARKUS_DATASOURCE_USERNAME", one.user())
                    .with("QUARKUS_DATASOURCE_PASSWORD", one.password());
        }

        /** Listens on that port, so that it is known before Tollgate is ready. */
        public Setup listening(int port) {
            return with("TOLLGATE_PORT", Integer.toString(port));
        }

        /** Has that much memory for objects. */
        public Setup withHeapOf(int megabytes) {
            heapMegabytes = megabytes;
            return this;
        }

        /** Keeps its data there. */
        public Setup on(Path folder) {
            data = folder;
            return this;
        }

        /** Asks the simulated provider of this JVM. */
        public Setup asking(TestProvider provider) {
            return asking(provider.baseUrl(), SimulatedProvider.API_KEY);
        }

        /** Asks a provider over its base URL with a key. */
        public Setup asking(String baseUrl, String key) {
            return with("OPENAI_BASE_URL", baseUrl).with("OPENAI_API_KEY", key);
        }

        public Path data() {
            return data;
        }

        /** Starts a process and waits until it says that it is ready. */
        public TollgateProcess start() {
            return launch(ClassArchive::usingOrMaking).awaitReady();
        }

        /** Starts a process without waiting for anything. */
        public TollgateProcess launch() {
            return launch(ClassArchive::using);
        }

        private TollgateProcess launch(Function<ClassArchive, String> use) {
            try {
                Files.createDirectories(FOLDERS);
                ClassArchive classes = new ClassArchive(JAR, FOLDERS, newName());
                return new TollgateProcess(process(use.apply(classes)), classes, this);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        private Process process(String classes) throws IOException {
            List<String> command = List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    "-XX:TieredStopAtLevel=1",
                    "-XX:+UseSerialGC",
                    classes,
                    "-Xlog:disable", // of an archive that can't be used
                    "-Xmx" + heapMegabytes + "m",
                    "-XX:ActiveProcessorCount=2",
                    "-Dio.netty.leakDetection.level=paranoid",
                    "--sun-misc-unsafe-memory-access=allow",
                    "-jar",
                    JAR.toString());
            ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
            builder.environment().keySet().retainAll(INHERITED);
            builder.environment().put("TOLLGATE_PORT", "0");
            builder.environment().put("TOLLGATE_DATA", data.toString());
            builder.environment().put("TOLLGATE_LEDGER_INTERVAL", "50ms");
            builder.environment().put("TOLLGATE_CACHE", "off"); // tests count what reaches the provider
            builder.environment().put("TOLLGATE_PROVIDER_CHECKS", "0"); // providers of tests count what they are asked
            builder.environment().putAll(environment);
            return builder.start();
        }

        private static String newName() {
            return ProcessHandle.current().pid() + "-" + COUNT.incrementAndGet();
        }
    }

    /** Starts processes at the same time, and waits until all are ready. */
    public static List<TollgateProcess> start(List<Setup> setups) {
        List<TollgateProcess> started = setups.stream().map(Setup::launch).toList();
        try {
            started.forEach(TollgateProcess::awaitReady);
        } catch (AssertionError e) {
            started.forEach(TollgateProcess::kill);
            throw e;
        }
        return started;
    }

    /** A process yet to be started. */
    public static Setup setUp() {
        return new Setup();
    }

    /** Waits until it says that it is ready; fails with what it said instead when it ends. */
    public TollgateProcess awaitReady() {
        Await.until("Tollgate is ready; it said:\n" + output, () -> {
            if (!process.isAlive()) {
                throw new AssertionError("Tollgate ended, having said:\n" + output());
            }
            return output.indexOf(READY) >= 0 && BASE_URL.matcher(output).find();
        });
        return this;
    }

    /** Where the API is, without {@code /v1}. */
    public URI root() {
        String port = setup.environment.get("TOLLGATE_PORT");
        return URI.create(port == null ? said(BASE_URL) : "http://127.0.0.1:" + port);
    }

    /** What a client is given as base URL. */
    public String baseUrl() {
        return root() + "/v1";
    }

    public Path data() {
        return data;
    }

    /** The key of the first organization. */
    public String key() {
        return secret("TOLLGATE_KEY");
    }

    public String adminToken() {
        String given = setup.environment.get("TOLLGATE_ADMIN_TOKEN");
        return given != null ? given : secret("TOLLGATE_ADMIN_TOKEN");
    }

    /** Speaks to it with the first organization's key. */
    public ApiClient api() {
        return new ApiClient(root(), key());
    }

    /** Makes another organization, in the database that the test has, and speaks with its key once that is known. */
    public ApiClient newOrganization(String name) {
        ApiKey key = Objects.requireNonNull(setup.database, "no database of the test's own")
                .addOrganization(name);
        ApiClient api = new ApiClient(root(), key.reveal());
        Await.until(
                "the key of " + name + " is known", () -> api.get("/v1/models").status() != 401);
        return api;
    }

    /** Speaks to it as an administrator, wherever administration is served. */
    public ApiClient administration() {
        return new ApiClient(URI.create(said(ADMIN_URL)), adminToken());
    }

    /** The official SDK, unmodified, with Tollgate's base URL and key. */
    public OpenAIOkHttpClient.Builder sdk() {
        return OpenAIOkHttpClient.builder().baseUrl(baseUrl()).apiKey(key());
    }

    public Ledger ledger() {
        return new Ledger(administration());
    }

    /** The value of a metric: the sum over its series that have all these labels, written {@code name="value"}. */
    public double metric(String name, String... labels) {
        return administration()
                .get("/metrics")
                .text()
                .lines()
                .filter(line -> line.startsWith(name + "{") || line.startsWith(name + " "))
                .filter(line -> Stream.of(labels).allMatch(line::contains))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    /** Everything that it wrote to its console until now. */
    public String output() {
        return output.toString();
    }

    /** Lines that tell of a defect: errors, warnings, leaks. A machine that is merely slow is no defect. */
    public List<String> complaints() {
        return output().lines()
                .filter(line -> line.contains(" ERROR ") || line.contains(" WARN ") || line.contains("LEAK"))
                .filter(line -> !line.contains("has been blocked for"))
                .toList();
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public long pid() {
        return process.pid();
    }

    /** Asks it to end, as Ctrl-C does, without waiting. */
    public void terminate() {
        process.toHandle().destroy(); // the process itself would close its console, too
    }

    /** Asks it to end and waits until it has. */
    public int stop() {
        terminate();
        return awaitExit();
    }

    /** Kills it; it has no chance to do anything more. */
    public void kill() {
        process.toHandle().destroyForcibly();
        awaitExit();
    }

    /** Has it stand still at whatever it is about, until {@link #resume}. */
    public void pause() {
        Signal.STOP.sendTo(pid());
    }

    public void resume() {
        Signal.CONT.sendTo(pid());
    }

    /** Waits for its end and tells its exit code. */
    public int awaitExit() {
        try {
            if (!process.waitFor(STOP_BOUND.toSeconds(), TimeUnit.SECONDS)) {
                throw new AssertionError("Tollgate does not end; it said:\n" + output());
            }
            reader.join();
            int code = process.exitValue();
            if (code != KILLED && output.indexOf(READY) >= 0) {
                classes.keep();
            }
            return code;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /** Stops it if it still runs, so that a database of its own is stopped, too. */
    @Override
    public void close() {
        if (process.isAlive()) {
            stop();
        }
    }

    private void read() {
        try (BufferedReader lines = process.inputReader(UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                output.append(line).append('\n');
            }
        } catch (IOException e) {
            output.append("(the console broke off: ").append(e).append(")\n");
        }
    }

    private String said(Pattern pattern) {
        Matcher matcher = pattern.matcher(output);
        if (!matcher.find()) {
            throw new AssertionError(pattern + " is not in what Tollgate said:\n" + output());
        }
        return matcher.group(1);
    }

    private String secret(String name) {
        try {
            for (String line : Files.readAllLines(data.resolve("secrets.env"))) {
                if (line.startsWith(name + "=")) {
                    return line.substring(name.length() + 1);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        throw new AssertionError(name + " is not in " + data.resolve("secrets.env"));
    }
}

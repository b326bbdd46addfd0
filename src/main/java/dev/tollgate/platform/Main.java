package dev.tollgate.platform;

import dev.tollgate.platform.postgres.EmbeddedPostgres;
import dev.tollgate.platform.postgres.EmbeddedPostgresFailure;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/** Starts Tollgate: first the database that it brings along, unless there is one, then everything else. */
@QuarkusMain
public final class Main {
    private static final List<String> COMMANDS = List.of("run", "demo");

    /** Longer than the longest sensible grace for requests under way, so that the database outlives the gateway. */
    private static final long STOP_MINUTES_MAX = 15;

    private Main() {}

    public static void main(String... args) {
        String command = args.length == 0 ? "run" : args[0];
        if (!COMMANDS.contains(command) || args.length > 1) {
            System.err.println("tollgate: " + String.join(" ", args) + " (expected: run or demo)");
            System.exit(2);
        }
        Map<String, String> environment = System.getenv();
        System.setProperty(Demo.PROPERTY, Boolean.toString(command.equals("demo")));
        Launch.log(environment.get("TOLLGATE_LOG_FORMAT"));
        Launch.listen(environment.get("TOLLGATE_ADMIN_PORT"), environment.get("TOLLGATE_HOST"));
        if (Launch.hasOwnDatabase(environment)) {
            Launch.useOwnDatabase(environment);
            Quarkus.run(args);
            return;
        }
        runOver(startPostgres(environment), args);
    }

    private static EmbeddedPostgres startPostgres(Map<String, String> environment) {
        String home = System.getProperty("user.home");
        Path data = Path.of(environment.getOrDefault("TOLLGATE_DATA", home + "/.tollgate"));
        try {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(data, System.err::println);
            Launch.use(postgres);
            return postgres;
        } catch (EmbeddedPostgresFailure e) {
            System.err.println("tollgate: " + e.getMessage());
            System.exit(1);
            throw e;
        }
    }

    /** The database is stopped after the gateway, which has a ledger to write, whatever ends the process. */
    private static void runOver(EmbeddedPostgres postgres, String... args) {
        CountDownLatch gatewayStopped = new CountDownLatch(1);
        Thread stopPostgres = new Thread(
                () -> {
                    try {
                        gatewayStopped.await(STOP_MINUTES_MAX, TimeUnit.MINUTES);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                    postgres.close();
                },
                "stop-postgres");
        Runtime.getRuntime().addShutdownHook(stopPostgres);
        Quarkus.run(
                null,
                (code, failure) -> {
                    if (failure != null) {
                        Logger.getLogger(Main.class).error("Tollgate failed", failure);
                    }
                    gatewayStopped.countDown();
                    System.exit(code);
                },
                args);
    }
}

package dev.tollgate.platform;

import dev.tollgate.platform.postgres.EmbeddedPostgres;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What has to be known before Quarkus starts: which database, which ports. Handed to it as system properties, which is
 * how Quarkus takes settings that are found out at start.
 */
final class Launch {
    /** Set where Tollgate brought its own database along. */
    static final String EMBEDDED = "launch.embedded";

    private static final String REACTIVE_URL = "QUARKUS_DATASOURCE_REACTIVE_URL";
    private static final String JDBC_URL = "QUARKUS_DATASOURCE_JDBC_URL";

    private Launch() {}

    /** Whether the database is one that somebody else runs. */
    static boolean hasOwnDatabase(Map<String, String> environment) {
        return environment.containsKey(REACTIVE_URL) || environment.containsKey(JDBC_URL);
    }

    /** Either URL stands for the other. */
    static void useOwnDatabase(Map<String, String> environment) {
        String reactive = environment.get(REACTIVE_URL);
        String jdbc = environment.get(JDBC_URL);
        if (reactive == null && jdbc != null) {
            System.setProperty("quarkus.datasource.reactive.url", jdbc.replaceFirst("^jdbc:", ""));
        } else if (jdbc == null && reactive != null) {
            System.setProperty(
                    "quarkus.datasource.jdbc.url", "jdbc:" + reactive.replaceFirst("^(vertx-reactive:)?", ""));
        }
    }

    static void use(EmbeddedPostgres postgres) {
        System.setProperty(EMBEDDED, "true");
        System.setProperty("quarkus.datasource.reactive.url", postgres.reactiveUrl());
        System.setProperty("quarkus.datasource.jdbc.url", postgres.jdbcUrl());
        System.setProperty("quarkus.datasource.username", postgres.user());
        System.setProperty("quarkus.datasource.password", postgres.password());
    }

    /**
     * Quarkus's own server carries administration when that has a port of its own; else it doesn't listen, and the
     * gateway's server passes on to it what is not the API's.
     */
    static void listen(@Nullable String adminPort, @Nullable String host) {
        if (adminPort == null || adminPort.isBlank()) {
            System.setProperty("quarkus.http.host-enabled", "false");
        } else {
            System.setProperty("quarkus.http.port", adminPort.strip());
            System.setProperty("quarkus.http.host", host == null ? "127.0.0.1" : host);
        }
    }

    /** {@code TOLLGATE_LOG_FORMAT=json} writes a JSON object a line. */
    static void log(@Nullable String format) {
        boolean json = format != null && format.strip().toLowerCase(Locale.ROOT).equals("json");
        System.setProperty("quarkus.log.console.json.enabled", Boolean.toString(json));
    }
}

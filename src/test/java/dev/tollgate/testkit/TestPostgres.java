package dev.tollgate.testkit;

import dev.tollgate.platform.postgres.EmbeddedPostgres;
import dev.tollgate.platform.postgres.ForgetfulPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * One PostgreSQL for all tests of a JVM, under {@code target/test-postgres}: started when the first test asks, stopped
 * when the JVM ends. Every test class takes a database of its own from it, for some 50 milliseconds.
 */
public final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** An empty database that nobody else uses. Databases of earlier runs are dropped when their name comes again. */
    public static TestDatabase freshDatabase() {
        EmbeddedPostgres server = Running.SERVER;
        String name = "test_" + DATABASES.incrementAndGet();
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name);
        } catch (SQLException e) {
            throw new IllegalStateException("database " + name + " cannot be made", e);
        }
        return new TestDatabase("127.0.0.1", server.port(), name, server.user(), server.password());
    }

    /** Loaded with the first question, so a test run without databases starts no server. */
    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            EmbeddedPostgres server = ForgetfulPostgres.start(Path.of("target", "test-postgres"), System.err::println);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "test-postgres-stop"));
            return server;
        }
    }
}

package dev.tollgate.testkit;

import dev.tollgate.platform.postgres.EmbeddedPostgres;
import dev.tollgate.platform.postgres.ForgetfulPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;

/**
 * One PostgreSQL for all tests of a JVM, in a folder under {@code target}: started when the first test asks, stopped when
 * the JVM ends. Every test class takes a database of its own from it, for some 50 milliseconds.
 */
public final class TestPostgres {
    private static final AtomicInteger DATABASES = new AtomicInteger();

    private TestPostgres() {}

    /** A database that nobody else uses, as a start of Tollgate finds it that is not the first: with all tables. */
    public static TestDatabase freshDatabase() {
        return create("test_" + DATABASES.incrementAndGet(), Migrated.DATABASE.name());
    }

    /** A database without tables that nobody else uses, as a first start finds it. */
    public static TestDatabase emptyDatabase() {
        return create("test_" + DATABASES.incrementAndGet(), "template1");
    }

    /** Databases of earlier runs are dropped when their name comes again. */
    private static TestDatabase create(String name, String template) {
        EmbeddedPostgres server = Running.SERVER;
        try (Connection connection = DriverManager.getConnection(server.jdbcUrl(), server.user(), server.password());
                Statement statement = connection.createStatement()) {
            statement.execute("DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
            statement.execute("CREATE DATABASE " + name + " TEMPLATE " + template);
        } catch (SQLException e) {
            throw new IllegalStateException("database " + name + " cannot be made", e);
        }
        return new TestDatabase("127.0.0.1", server.port(), name, server.user(), server.password());
    }

    /** Migrated once, and copied for whoever asks. */
    private static final class Migrated {
        static final TestDatabase DATABASE = migrate(create("migrated", "template1"));

        private static TestDatabase migrate(TestDatabase database) {
            Flyway.configure()
                    .dataSource(database.jdbcUrl(), database.user(), database.password())
                    .load()
                    .migrate();
            return database;
        }
    }

    /** Loaded with the first question, so a test run without databases starts no server. */
    private static final class Running {
        static final EmbeddedPostgres SERVER = start();

        private static EmbeddedPostgres start() {
            EmbeddedPostgres server = ForgetfulPostgres.start(JvmFolder.of("test-postgres"), System.err::println);
            Runtime.getRuntime().addShutdownHook(new Thread(server::close, "test-postgres-stop"));
            return server;
        }
    }
}
